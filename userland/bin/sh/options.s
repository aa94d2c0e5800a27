# The shell's options: `sh -e`, `set -e`, `set -o errexit`, $-. Each is one byte, 1 when it is on.

.include "shell.s"

.bss
.globl option_allexport, option_command, option_errexit, option_interactive, option_monitor, option_noexec
.globl option_noglob, option_nounset, option_stdin, option_xtrace
option_allexport:   .skip 1             # -a: every variable that is set is exported
option_command:     .skip 1             # -c: the commands are an argument
option_errexit:     .skip 1             # -e: an untested failure ends the shell
option_interactive: .skip 1             # -i: somebody types; errors do not end the shell
option_monitor:     .skip 1             # -m: job control
option_noexec:      .skip 1             # -n: read the commands only, to check their syntax
option_noglob:      .skip 1             # -f: * ? [ are ordinary characters
option_nounset:     .skip 1             # -u: a parameter that is not set is an error
option_stdin:       .skip 1             # -s: commands from standard input, all operands are parameters
option_xtrace:      .skip 1             # -x: each command is shown before it runs

.text

# parse_options(words): sets the options that the words begin with. Returns the address of the first operand; in a1: 1 when
# a "--" stood before it. A bad option abandons the command.
.globl parse_options
parse_options:
    enter 2
    mv    s0, a0
1:  ld    s1, (s0)
    li    a1, 0
    beqz  s1, 5f
    lbu   t0, (s1)
    li    t1, '-'
    beq   t0, t1, 2f
    li    t2, '+'
    bne   t0, t2, 5f
2:  lbu   t2, 1(s1)
    beqz  t2, 4f
    addi  s0, s0, 8
    bne   t2, t1, 3f                    # --
    lbu   t3, 2(s1)
    li    a1, 1
    beqz  t3, 5f
3:  mv    a0, s1
    mv    a1, s0
    call  parse_option_word
    mv    s0, a0
    j     1b
4:  bne   t0, t1, 5f                    # a lone + is an operand
    sb    zero, option_xtrace, t1       # a lone -: no tracing, and no more options
    addi  s0, s0, 8
5:  mv    a0, s0
    leave 2

# parse_option_word(word, next words): -abc or +abc; `o` takes a name from the next word. Returns the address of the words
# that are left.
parse_option_word:
    enter 4
    addi  s0, a0, 1
    mv    s1, a1
    lbu   t0, (a0)
    addi  t0, t0, -'-'
    seqz  s2, t0                        # 1 for -, 0 for +
1:  lbu   s3, (s0)
    beqz  s3, 4f
    addi  s0, s0, 1
    li    t0, 'o'
    beq   s3, t0, 2f
    mv    a0, s3
    call  find_option
    beqz  a0, 3f
    sb    s2, (a0)
    j     1b
2:  ld    a0, (s1)
    beqz  a0, 5f
    addi  s1, s1, 8
    call  find_option_name
    beqz  a0, 3f
    sb    s2, (a0)
    j     1b
3:  la    a0, bad_option
    li    a1, STATUS_USAGE
    mv    a2, s3
    call  abandon_with_message
4:  mv    a0, s1
    leave 4
5:  call  show_options                  # `set -o`
    j     4b

# find_option(letter): the address of its byte, or 0.
find_option:
    la    t0, options
1:  ld    t1, (t0)
    beqz  t1, 2f
    beq   t1, a0, 3f
    addi  t0, t0, OPTION_BYTES
    j     1b
3:  ld    a0, 8(t0)
    ret
2:  li    a0, 0
    ret

# find_option_name(name)
find_option_name:
    enter 2
    mv    s0, a0
    la    s1, options
1:  ld    t1, (s1)
    beqz  t1, 2f
    ld    a0, 16(s1)
    mv    a1, s0
    call  strcmp
    beqz  a0, 3f
    addi  s1, s1, OPTION_BYTES
    j     1b
3:  ld    a0, 8(s1)
    leave 2
2:  li    a0, 0
    leave 2

# option_letters(): $-: those that are on; in the arena.
.globl option_letters
option_letters:
    enter 1, SIZEOF_builder
    mv    a0, sp
    call  builder_clear
    la    s0, options
1:  ld    a1, (s0)
    beqz  a1, 3f
    ld    t0, 8(s0)
    addi  s0, s0, OPTION_BYTES
    lb    t0, (t0)
    beqz  t0, 1b
    li    t0, 'c'
    beq   a1, t0, 1b
    mv    a0, sp
    call  builder_put
    j     1b
3:  mv    a0, sp
    call  builder_string
    leave 1, SIZEOF_builder

# show_options(): a line for each.
show_options:
    enter 1
    la    s0, options
1:  ld    t0, (s0)
    beqz  t0, 4f
    li    t1, 'c'                       # says where commands come from, not how they are carried out
    beq   t0, t1, 3f
    ld    t1, 8(s0)
    lb    t1, (t1)
    la    a2, text_on
    bnez  t1, 2f
    la    a2, text_off
2:  la    a0, option_format
    ld    a1, 16(s0)
    call  printf
3:  addi  s0, s0, OPTION_BYTES
    j     1b
4:  leave 1

.section .rodata
.equ OPTION_BYTES, 24                   # letter, byte, name
.balign 8
options:
    .dword 'a', option_allexport, name_allexport
    .dword 'c', option_command, name_command
    .dword 'e', option_errexit, name_errexit
    .dword 'f', option_noglob, name_noglob
    .dword 'i', option_interactive, name_interactive
    .dword 'm', option_monitor, name_monitor
    .dword 'n', option_noexec, name_noexec
    .dword 's', option_stdin, name_stdin
    .dword 'u', option_nounset, name_nounset
    .dword 'x', option_xtrace, name_xtrace
    .dword 0
name_allexport:   .asciz "allexport"
name_command:     .asciz "command"
name_errexit:     .asciz "errexit"
name_noglob:      .asciz "noglob"
name_interactive: .asciz "interactive"
name_monitor:     .asciz "monitor"
name_noexec:      .asciz "noexec"
name_stdin:       .asciz "stdin"
name_nounset:     .asciz "nounset"
name_xtrace:      .asciz "xtrace"
text_on:          .asciz "on"
text_off:         .asciz "off"
option_format:    .asciz "%-15s %s\n"
bad_option:       .asciz "bad option: %c"
