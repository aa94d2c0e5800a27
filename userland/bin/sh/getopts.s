# getopts: the options of a script, one at each call.
#
# $OPTIND is the number of the next argument, $OPTARG an option's argument. Where in that argument the next letter stands,
# for -abc, is kept here; setting OPTIND begins anew.

.include "shell.s"

.bss
.balign 8
letter_offset: .skip 8                  # of the next letter in the argument; 0: begin with the argument
known_index:   .skip 8                  # OPTIND as it was left: when it is another now, somebody has set it

.text

# builtin_getopts(argc, argv): getopts letters name [argument...]; status 1 when there are no more options.
#   s0 letters, s1 name, s2 arguments, s3 OPTIND, s4 the option's letter, s5 the argument it is in
.globl builtin_getopts
builtin_getopts:
    enter 6
    ld    s0, 8(a1)
    beqz  s0, bad_getopts
    ld    s1, 16(a1)
    beqz  s1, bad_getopts
    addi  s2, a1, 24
    ld    t0, (s2)
    bnez  t0, 1f
    call  parameter_vector
    mv    s2, a0
1:  call  option_index
    mv    s3, a0
    slli  t0, s3, 3
    add   t0, t0, s2
    ld    s5, -8(t0)
    ld    t1, letter_offset
    bnez  t1, 2f
    beqz  s5, 8f
    lbu   t2, (s5)
    li    t3, '-'
    bne   t2, t3, 8f
    lbu   t2, 1(s5)
    beqz  t2, 8f                        # a lone - is an operand
    li    t1, 1
    bne   t2, t3, 2f
    lbu   t2, 2(s5)
    bnez  t2, 2f
    addi  s3, s3, 1                     # --
    j     8f
2:  add   t2, s5, t1
    lbu   s4, (t2)
    addi  t1, t1, 1
    sd    t1, letter_offset, t3
    lbu   t2, 1(t2)
    bnez  t2, 3f
    sd    zero, letter_offset, t3       # the last letter here
    addi  s3, s3, 1
3:  mv    a0, s0
    mv    a1, s4
    call  strchr
    beqz  a0, 5f
    li    t0, ':'
    beq   s4, t0, 5f
    lbu   t1, 1(a0)
    bne   t1, t0, 4f
    mv    a0, s3
    mv    a1, s2
    mv    a2, s5
    call  option_argument               # OPTIND; in a1 the argument or 0
    mv    s3, a0
    beqz  a1, 6f
    la    a0, name_optarg
    call  set_variable
    j     7f
4:  la    a0, name_optarg
    call  unset_variable
    j     7f
5:  la    a1, unknown_option            # not among the letters
    li    a2, '?'
    j     9f
6:  la    a1, needs_argument
    li    a2, ':'
9:  mv    a0, s0
    mv    a3, s4
    call  complain_of_option            # the letter to report
    mv    s4, a0
7:  mv    a0, s1
    mv    a1, s4
    mv    a2, s3
    call  store_option
    li    a0, 0
    leave 6
8:  sd    zero, letter_offset, t0
    mv    a0, s1
    li    a1, '?'
    mv    a2, s3
    call  store_option
    li    a0, 1
    leave 6
bad_getopts:
    la    a0, bad_usage
    call  report
    li    a0, STATUS_USAGE
    leave 6

# parameter_vector(): $1 and following with a 0 behind, in the arena.
parameter_vector:
    enter 2, SIZEOF_builder
    mv    a0, sp
    call  builder_clear
    ld    s0, positional
    ld    s1, positional_count
1:  beqz  s1, 2f
    ld    a1, (s0)
    mv    a0, sp
    call  builder_put_pointer
    addi  s0, s0, 8
    addi  s1, s1, -1
    j     1b
2:  mv    a0, sp
    li    a1, 0
    call  builder_put_pointer
    ld    a0, builder_data(sp)
    leave 2, SIZEOF_builder

# option_index(): $OPTIND, at least 1.
option_index:
    enter 1
    la    a0, name_optind
    call  get_variable
    li    s0, 1
    beqz  a0, 1f
    call  atol
    blez  a0, 1f
    mv    s0, a0
1:  ld    t0, known_index
    beq   t0, s0, 2f
    sd    zero, letter_offset, t0
2:  mv    a0, s0
    leave 1

# option_argument(OPTIND, arguments, the option's own argument): what is left of it, or the next one. Returns the new
# OPTIND; in a1 the option's argument, or 0 when it is missing.
option_argument:
    ld    t0, letter_offset
    sd    zero, letter_offset, t1
    beqz  t0, 1f
    add   a1, a2, t0
    addi  a0, a0, 1
    ret
1:  slli  t1, a0, 3
    add   t1, t1, a1
    ld    a1, -8(t1)
    beqz  a1, 2f
    addi  a0, a0, 1
2:  ret

# complain_of_option(letters, format, silent answer, letter): letters that begin with : want no message but the letter in
# OPTARG. Returns the letter to report.
complain_of_option:
    enter 3, 8
    mv    s0, a2
    mv    s1, a3
    lbu   t0, (a0)
    li    t1, ':'
    beq   t0, t1, 1f
    mv    a0, a1
    mv    a1, a3
    call  report
    la    a0, name_optarg
    call  unset_variable
    li    a0, '?'
    leave 3, 8
1:  sd    s1, 0(sp)                     # a text of one character
    la    a0, name_optarg
    mv    a1, sp
    call  set_variable
    mv    a0, s0
    leave 3, 8

# store_option(name, letter, OPTIND)
store_option:
    enter 1, 8
    sd    a1, 0(sp)
    mv    s0, a2
    sd    a2, known_index, t0
    mv    a1, sp
    call  set_variable
    la    a0, name_optind
    mv    a1, s0
    call  set_number
    leave 1, 8

.section .rodata
name_optind:    .asciz "OPTIND"
name_optarg:    .asciz "OPTARG"
unknown_option: .asciz "bad option -%c"
needs_argument: .asciz "an argument is missing for -%c"
bad_usage:      .asciz "usage: getopts LETTERS NAME [ARGUMENT...]"
