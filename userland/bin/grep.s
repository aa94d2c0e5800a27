# grep: lines that contain a string.
#
# usage: grep [-cFhHilnqsvx] [-e STRING | STRING] [FILE...]       no FILE, or -, is standard input
#   -i  regardless of case    -v  lines without it    -x  whole lines only    -n  line numbers    -c  counts only
#   -l  names of files only   -q  nothing, the status alone    -h, -H  never, always with the file's name
#   -s  no messages about files that cannot be read    -F  accepted: a pattern is always a plain string here
# exit status: 0 found, 1 not found, 2 trouble
        .include "abi.s"
        .include "library.s"

        .equ CASE, 0                    # options: indices of words in `options`, in the order of .Lorder
        .equ INVERT, 8
        .equ LINE_NUMBERS, 16
        .equ COUNT, 24
        .equ LIST, 32
        .equ QUIET, 40
        .equ WHOLE, 48
        .equ SILENT, 56
        .equ WITH_NAME, 64
        .equ WITHOUT_NAME, 72
        .equ PLAIN, 80
        .equ SIZEOF_options, 88

        .bss
        .balign 8
options:        .zero SIZEOF_options
pattern:        .zero 8
several:        .zero 8                 # 1: show names, as there are several files
found:          .zero 8                 # 1: a line was selected

        .text
        .globl main
main:
        addi sp, sp, -48
        sd ra, 40(sp)
        sd s0, 32(sp)                   # names
        sd a0, 16(sp)
        sd a1, 8(sp)
1:      ld a0, 16(sp)
        ld a1, 8(sp)
        la a2, .Lletters
        la a3, .Lusage
        li a4, 2
        call option
        bltz a0, 3f
        li t0, 'e'
        beq a0, t0, 2f
        mv a1, a0
        la a0, .Lorder
        call strchr
        la t0, .Lorder
        sub a0, a0, t0
        slli a0, a0, 3
        la t0, options
        add a0, a0, t0
        li t0, 1
        sd t0, 0(a0)
        j 1b
2:      ld t0, optarg
        la t1, pattern
        sd t0, 0(t1)
        j 1b
3:      ld t0, optind
        ld t1, 16(sp)
        slli t2, t0, 3
        ld s0, 8(sp)
        add s0, s0, t2
        sub t1, t1, t0                  # operands
        ld t0, pattern
        bnez t0, 4f
        beqz t1, 6f
        ld t0, 0(s0)
        la t2, pattern
        sd t0, 0(t2)
        addi s0, s0, 8
        addi t1, t1, -1
4:      slti t1, t1, 2
        xori t1, t1, 1
        la t2, options
        ld t0, WITH_NAME(t2)
        or t1, t1, t0
        ld t0, WITHOUT_NAME(t2)
        beqz t0, 5f
        li t1, 0
5:      la t0, several
        sd t1, 0(t0)
        mv a0, s0
        la a1, search
        call for_each_input
        ld t0, found
        xori t0, t0, 1                  # 0 found, 1 not
        beqz a0, 7f
        li t0, 2
7:      mv a0, t0
        ld ra, 40(sp)
        ld s0, 32(sp)
        addi sp, sp, 48
        ret
6:      la a0, .Lusage
        li a1, 2
        call usage

# search(fd: a0, name: a1) -> a0 = 0, or 1 when it cannot be read
# s0 reader, s1 name, s2 options, s3 number of the line, s4 lines selected, s5 line, s6 its length without the newline
search:
        addi sp, sp, -80
        sd ra, 72(sp)
        sd s0, 64(sp)
        sd s1, 56(sp)
        sd s2, 48(sp)
        sd s3, 40(sp)
        sd s4, 32(sp)
        sd s5, 24(sp)
        sd s6, 16(sp)
        mv s1, a1
        call reader_open
        mv s0, a0
        la s2, options
        li s3, 0
        li s4, 0
1:      mv a0, s0
        call read_line
        beqz a0, 3f
        mv s5, a0
        call chomp
        mv s6, a0
        addi s3, s3, 1
        call matches
        ld t0, INVERT(s2)
        beq a0, t0, 1b                  # selected when both differ
        addi s4, s4, 1
        la t0, found
        li t1, 1
        sd t1, 0(t0)
        ld t0, QUIET(s2)
        bnez t0, .Lfound_enough
        ld t0, LIST(s2)
        bnez t0, 2f
        ld t0, COUNT(s2)
        bnez t0, 1b
        call show_line
        j 1b
2:      li a1, 0
3:      sd a1, 0(sp)
        mv a0, s0
        call reader_close
        call show_result
        ld a0, 0(sp)
        beqz a0, 4f
        ld t0, SILENT(s2)
        bnez t0, 4f
        mv a1, a0
        mv a0, s1
        call warn
        li a0, 1
4:      snez a0, a0
        ld ra, 72(sp)
        ld s0, 64(sp)
        ld s1, 56(sp)
        ld s2, 48(sp)
        ld s3, 40(sp)
        ld s4, 32(sp)
        ld s5, 24(sp)
        ld s6, 16(sp)
        addi sp, sp, 80
        ret
.Lfound_enough:
        li a0, 0                        # -q: the first line decides
        call exit

# matches() -> a0 = 1 when the line at s5 holds the pattern, or with -x is the pattern
matches:
        addi sp, sp, -16
        sd ra, 8(sp)
        mv a0, s5
        ld a1, pattern
        ld t0, CASE(s2)
        ld t1, WHOLE(s2)
        bnez t1, 2f
        beqz t0, 1f
        call strcasestr
        snez a0, a0
        j 4f
1:      call strstr
        snez a0, a0
        j 4f
2:      beqz t0, 3f
        call strcasecmp
        seqz a0, a0
        j 4f
3:      call strcmp
        seqz a0, a0
4:      ld ra, 8(sp)
        addi sp, sp, 16
        ret

# show_line(): name:number:line
show_line:
        addi sp, sp, -16
        sd ra, 8(sp)
        call show_name
        ld t0, LINE_NUMBERS(s2)
        beqz t0, 1f
        la a0, .Lnumber
        mv a1, s3
        call printf
1:      mv a0, s5
        li a1, 1
        mv a2, s6
        li a3, STDOUT_FILENO
        call fwrite
        li a0, '\n'
        ld ra, 8(sp)
        addi sp, sp, 16
        j putchar

# show_name(): "name:" when there are several files
show_name:
        ld t0, several
        beqz t0, 1f
        addi sp, sp, -16
        sd ra, 8(sp)
        call name
        mv a1, a0
        la a0, .Lname
        call printf
        ld ra, 8(sp)
        addi sp, sp, 16
1:      ret

# name() -> a0 = the name of the file as it is shown
name:
        lbu t0, 0(s1)
        addi t0, t0, -'-'
        lbu t1, 1(s1)
        or t0, t0, t1
        mv a0, s1
        bnez t0, 1f
        la a0, .Lstandard_input
1:      ret

# show_result(): what -c and -l show at the end of a file
show_result:
        addi sp, sp, -16
        sd ra, 8(sp)
        ld t0, QUIET(s2)
        bnez t0, 2f
        ld t0, LIST(s2)
        bnez t0, 1f
        ld t0, COUNT(s2)
        beqz t0, 2f
        call show_name
        la a0, .Lcount
        mv a1, s4
        call printf
        j 2f
1:      beqz s4, 2f
        call name
        call puts
2:      ld ra, 8(sp)
        addi sp, sp, 16
        ret

        .section .rodata
.Lletters:      .asciz "cFhHilnqsvxe:"
.Lorder:        .asciz "ivnclqxsHhF"
.Lusage:        .asciz "grep [-cFhHilnqsvx] [-e STRING | STRING] [FILE...]"
.Lnumber:       .asciz "%ld:"
.Lname:         .asciz "%s:"
.Lcount:        .asciz "%ld\n"
.Lstandard_input:       .asciz "(standard input)"
