# tee: copies standard input to standard output and to files.
#
# usage: tee [-ai] [FILE...]
#   -a  appends to the files    -i  ignores SIGINT
# exit status: 0; 1 when something could not be written
        .include "abi.s"
        .include "library.s"
        .equ BLOCK, 0x4000

        .bss
        .balign 8
outputs:        .zero SIZEOF_vector     # pairs: descriptor, name
append:         .zero 8
block:          .zero BLOCK

        .text
        .globl main
main:
        addi sp, sp, -48
        sd ra, 40(sp)
        sd s0, 32(sp)                   # next name
        sd s1, 24(sp)                   # status
        sd a0, 16(sp)
        sd a1, 8(sp)
        li s1, 0
1:      ld a0, 16(sp)
        ld a1, 8(sp)
        la a2, .Lletters
        la a3, .Lusage
        li a4, 1
        call option
        bltz a0, 3f
        li t0, 'i'
        beq a0, t0, 2f
        la t0, append
        li t1, 1
        sd t1, 0(t0)
        j 1b
2:      li a0, SIGINT
        li a1, SIG_IGN
        call signal
        j 1b
3:      li a0, STDOUT_FILENO
        la a1, .Lstandard_output
        call add_output
        ld t0, optind
        slli t0, t0, 3
        ld s0, 8(sp)
        add s0, s0, t0
4:      ld a0, 0(s0)
        beqz a0, 7f
        li a1, O_WRONLY | O_CREAT | O_TRUNC
        ld t0, append
        beqz t0, 5f
        li a1, O_WRONLY | O_CREAT | O_APPEND
5:      li a2, 0666
        call open
        bgez a0, 6f
        mv a1, a0
        ld a0, 0(s0)
        call warn
        li s1, 1
        addi s0, s0, 8
        j 4b
6:      ld a1, 0(s0)
        call add_output
        addi s0, s0, 8
        j 4b
7:      li a0, STDIN_FILENO
        la a1, block
        li a2, BLOCK
        call read
        beqz a0, 9f
        bltz a0, 8f
        call write_to_all
        or s1, s1, a0
        j 7b
8:      mv a1, a0
        la a0, .Lstandard_input
        call warn
        li s1, 1
9:      mv a0, s1
        ld ra, 40(sp)
        ld s0, 32(sp)
        ld s1, 24(sp)
        addi sp, sp, 48
        ret

# add_output(fd: a0, name: a1)
add_output:
        addi sp, sp, -16
        sd ra, 8(sp)
        sd a1, 0(sp)
        mv a1, a0
        la a0, outputs
        call vector_push
        la a0, outputs
        ld a1, 0(sp)
        ld ra, 8(sp)
        addi sp, sp, 16
        j vector_push

# write_to_all(count: a0) -> a0 = 0, or 1 when an output failed: it gets no more
write_to_all:
        addi sp, sp, -48
        sd ra, 40(sp)
        sd s2, 32(sp)                   # next pair
        sd s3, 24(sp)                   # words left
        sd s4, 16(sp)                   # result
        sd s5, 8(sp)                    # count
        mv s5, a0
        ld s2, outputs+vector_data
        ld s3, outputs+vector_count
        li s4, 0
1:      beqz s3, 3f
        ld a0, 0(s2)
        bltz a0, 2f                     # it has failed before
        la a1, block
        mv a2, s5
        call write_all
        beqz a0, 2f
        mv a1, a0
        li t0, -1
        sd t0, 0(s2)
        ld a0, 8(s2)
        call warn
        li s4, 1
2:      addi s2, s2, 16
        addi s3, s3, -2
        j 1b
3:      mv a0, s4
        ld ra, 40(sp)
        ld s2, 32(sp)
        ld s3, 24(sp)
        ld s4, 16(sp)
        ld s5, 8(sp)
        addi sp, sp, 48
        ret

        .section .rodata
.Lletters:      .asciz "ai"
.Lusage:        .asciz "tee [-ai] [FILE...]"
.Lstandard_output:      .asciz "standard output"
.Lstandard_input:       .asciz "standard input"
