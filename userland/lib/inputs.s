# for_each_input: what commands do that read the files named on their command line, or standard input.
        .include "abi.s"
        .text

# for_each_input(names: a0, a vector of strings ended by 0; function: a1) -> a0 = 0; 1 when a file could not be opened (a
# message says so) or the function returned something else than 0. It is called as function(fd: a0, name: a1) for each;
# "-", and an empty vector, mean standard input.
        .globl for_each_input
for_each_input:
        addi sp, sp, -48
        sd ra, 40(sp)
        sd s0, 32(sp)                   # next name
        sd s1, 24(sp)                   # function
        sd s2, 16(sp)                   # result
        sd s3, 8(sp)                    # fd
        mv s0, a0
        mv s1, a1
        li s2, 0
        ld t0, 0(s0)
        bnez t0, 1f
        la s0, .Lstandard_input
1:      ld a0, 0(s0)
        beqz a0, 5f
        la a1, .Ldash
        call strcmp
        li s3, STDIN_FILENO
        beqz a0, 2f
        ld a0, 0(s0)
        li a1, O_RDONLY
        li a2, 0
        call open
        mv s3, a0
        bgez a0, 2f
        mv a1, a0
        ld a0, 0(s0)
        call warn
        li s2, 1
        j 4f
2:      mv a0, s3
        ld a1, 0(s0)
        jalr s1
        beqz a0, 3f
        li s2, 1
3:      beqz s3, 4f                     # standard input stays open
        mv a0, s3
        call close
4:      addi s0, s0, 8
        j 1b
5:      mv a0, s2
        ld ra, 40(sp)
        ld s0, 32(sp)
        ld s1, 24(sp)
        ld s2, 16(sp)
        ld s3, 8(sp)
        addi sp, sp, 48
        ret

        .section .rodata
        .balign 8
.Lstandard_input:
        .dword .Ldash, 0
.Ldash: .asciz "-"
