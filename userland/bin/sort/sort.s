# sort: the lines of files in order.
#
# usage: sort [-bfnrsu] [-k FIRST[FLAGS][,LAST[FLAGS]]]... [-t C] [-o FILE] [FILE...]       no FILE, or -, is standard input
#   -n  by the number that each begins with    -f  regardless of case    -b  leading blanks of a key do not count
#   -r  the other way round    -u  one of those that are equal    -s  equal lines stay as they are
#   -k  by the fields FIRST to LAST (or the end of the line); with n, r, f or b of its own    -t  fields end at C, not at blanks
#   -o  writes to FILE, which may be one of those that are read
# exit status: 0; 2 in trouble
        .include "abi.s"
        .include "library.s"
        .include "sort-key.s"

        .bss
        .balign 8
        .globl keys, default_flags, separator, stable
lines:          .zero SIZEOF_vector
keys:           .zero SIZEOF_vector     # addresses of keys
default_flags:  .zero 8                 # of keys that have none
separator:      .zero 8                 # -t, or 0
stable:         .zero 8                 # 1: no comparison of whole lines when the keys are equal
unique:         .zero 8
output:         .zero 8                 # name, or 0
output_fd:      .zero 8

        .text
        .globl main
main:
        addi sp, sp, -32
        sd ra, 24(sp)
        sd a0, 16(sp)
        sd a1, 8(sp)
1:      ld a0, 16(sp)
        ld a1, 8(sp)
        la a2, .Lletters
        la a3, .Lusage
        li a4, 2
        call option
        bltz a0, 2f
        call apply
        j 1b
2:      ld t0, keys+vector_count
        bnez t0, 3f
        call whole_line_key
3:      ld t0, optind
        slli t0, t0, 3
        ld a0, 8(sp)
        add a0, a0, t0
        la a1, read_lines
        call for_each_input
        li t0, 2
        bnez a0, 4f                     # a part of the input is worse than none
        ld a0, lines+vector_data
        ld a1, lines+vector_count
        la a2, compare_lines
        call sort_pointers
        call write_lines
        li t0, 0
4:      mv a0, t0
        ld ra, 24(sp)
        addi sp, sp, 32
        ret

# apply(option: a0)
apply:
        addi sp, sp, -16
        sd ra, 8(sp)
        la t1, unique
        li t0, 'u'
        beq a0, t0, 1f
        la t1, stable
        li t0, 's'
        beq a0, t0, 2f
        li t0, 't'
        beq a0, t0, 3f
        li t0, 'k'
        beq a0, t0, 4f
        li t0, 'o'
        beq a0, t0, 5f
        call flag_of
        la t0, default_flags
        ld t1, 0(t0)
        or t1, t1, a0
        sd t1, 0(t0)
        j 9f
1:      la t0, stable                   # -u needs no more than the keys either
        li t2, 1
        sd t2, 0(t0)
2:      li t2, 1
        sd t2, 0(t1)
        j 9f
3:      ld a0, optarg
        lbu t0, 0(a0)
        beqz t0, 6f
        lbu t1, 1(a0)
        bnez t1, 6f
        la t1, separator
        sd t0, 0(t1)
        j 9f
4:      ld a0, optarg
        call parse_key
        j 9f
5:      ld t0, optarg
        la t1, output
        sd t0, 0(t1)
9:      ld ra, 8(sp)
        addi sp, sp, 16
        ret
6:      la a1, .Lbad_separator
        li a2, 2
        call fail

# flag_of(letter: a0) -> a0 = the flag, or 0
flag_of:
        mv t0, a0
        li a0, NUMERIC
        li t1, 'n'
        beq t0, t1, 1f
        li a0, REVERSE
        li t1, 'r'
        beq t0, t1, 1f
        li a0, FOLD
        li t1, 'f'
        beq t0, t1, 1f
        li a0, SKIP_BLANKS
        li t1, 'b'
        beq t0, t1, 1f
        li a0, 0
1:      ret

# whole_line_key(): without -k the only key is the line
whole_line_key:
        addi sp, sp, -16
        sd ra, 8(sp)
        li a0, SIZEOF_key
        call xmalloc
        li t0, 1
        sd t0, key_first(a0)
        sd zero, key_last(a0)
        sd zero, key_flags(a0)
        mv a1, a0
        la a0, keys
        ld ra, 8(sp)
        addi sp, sp, 16
        j vector_push

# parse_key(text: a0): "2", "2,2", "2n,3", ...
# s0 text, s1 key, s2 where the text is read
parse_key:
        addi sp, sp, -48
        sd ra, 40(sp)
        sd s0, 32(sp)
        sd s1, 24(sp)
        sd s2, 16(sp)
        mv s0, a0
        mv s2, a0
        li a0, SIZEOF_key
        call xmalloc
        mv s1, a0
        sd zero, key_last(s1)
        sd zero, key_flags(s1)
        call parse_field
        blez a0, 2f
        sd a0, key_first(s1)
        lbu t0, 0(s2)
        li t1, ','
        bne t0, t1, 1f
        addi s2, s2, 1
        call parse_field
        blez a0, 2f
        sd a0, key_last(s1)
1:      lbu t0, 0(s2)
        bnez t0, 2f
        la a0, keys
        mv a1, s1
        call vector_push
        ld ra, 40(sp)
        ld s0, 32(sp)
        ld s1, 24(sp)
        ld s2, 16(sp)
        addi sp, sp, 48
        ret
2:      mv a0, s0
        la a1, .Lbad_key
        li a2, 2
        call fail

# parse_field() -> a0 = the number at s2, which moves behind it and the flags that follow
parse_field:
        addi sp, sp, -32
        sd ra, 24(sp)
        mv a0, s2
        addi a1, sp, 8
        li a2, 10
        call strtol
        sd a0, 0(sp)
        ld s2, 8(sp)
1:      lbu a0, 0(s2)
        call flag_of
        beqz a0, 2f
        ld t0, key_flags(s1)
        or t0, t0, a0
        sd t0, key_flags(s1)
        addi s2, s2, 1
        j 1b
2:      ld a0, 0(sp)
        ld ra, 24(sp)
        addi sp, sp, 32
        ret

# read_lines(fd: a0, name: a1) -> a0 = 0 or 1: copies of all lines go to the vector
read_lines:
        addi sp, sp, -32
        sd ra, 24(sp)
        sd s0, 16(sp)                   # reader
        sd s1, 8(sp)                    # name
        sd s2, 0(sp)                    # line
        mv s1, a1
        call reader_open
        mv s0, a0
1:      mv a0, s0
        call read_line
        beqz a0, 2f
        mv s2, a0
        call chomp
        mv a0, s2
        call xstrdup
        mv a1, a0
        la a0, lines
        call vector_push
        j 1b
2:      mv s2, a1
        mv a0, s0
        call reader_close
        mv a0, s2
        beqz a0, 3f
        mv a1, a0
        mv a0, s1
        call warn
        li a0, 1
3:      ld ra, 24(sp)
        ld s0, 16(sp)
        ld s1, 8(sp)
        ld s2, 0(sp)
        addi sp, sp, 32
        ret

# write_lines(): s0 next line, s1 lines left, s2 the line written last, or 0
write_lines:
        addi sp, sp, -32
        sd ra, 24(sp)
        sd s0, 16(sp)
        sd s1, 8(sp)
        sd s2, 0(sp)
        la t0, output_fd
        li t1, STDOUT_FILENO
        sd t1, 0(t0)
        ld a0, output
        beqz a0, 1f
        li a1, 0666
        call creat
        bltz a0, 5f
        la t0, output_fd
        sd a0, 0(t0)
1:      ld s0, lines+vector_data
        ld s1, lines+vector_count
        li s2, 0
2:      beqz s1, 4f
        addi s1, s1, -1
        ld a1, 0(s0)
        addi s0, s0, 8
        ld t0, unique
        beqz t0, 3f
        beqz s2, 3f
        mv a0, s2
        call compare_lines
        beqz a0, 2b
3:      ld s2, -8(s0)
        mv a0, s2
        ld a1, output_fd
        call fputs
        li a0, '\n'
        ld a1, output_fd
        call fputc
        j 2b
4:      ld ra, 24(sp)
        ld s0, 16(sp)
        ld s1, 8(sp)
        ld s2, 0(sp)
        addi sp, sp, 32
        ret
5:      mv a1, a0
        ld a0, output
        li a2, 2
        call die

        .section .rodata
.Lletters:      .asciz "bfnrsuk:o:t:"
.Lusage:        .asciz "sort [-bfnrsu] [-k FIRST[FLAGS][,LAST[FLAGS]]]... [-t C] [-o FILE] [FILE...]"
.Lbad_separator:        .asciz "the separator must be one character"
.Lbad_key:      .asciz "invalid key"
