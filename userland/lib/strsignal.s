# The texts, names and numbers of signals, from the generated table signal_names:
# rows of { number, address of the name without SIG, address of the text }, ended by number 0.
        .include "abi.s"
        .text

# row(number: a0) -> t0 = its row, or the table's last one, whose words are 0. Internal.
.Lrow:
        la t0, signal_names
1:      ld t1, 0(t0)
        beqz t1, 2f
        beq t1, a0, 2f
        addi t0, t0, 24
        j 1b
2:      ret

# strsignal(number: a0) -> a0 = "Interrupt" and so on; "Unknown signal"
        .globl strsignal
strsignal:
        addi sp, sp, -16
        sd ra, 8(sp)
        call .Lrow
        ld a0, 16(t0)
        bnez a0, 1f
        la a0, .Lunknown
1:      ld ra, 8(sp)
        addi sp, sp, 16
        ret

# signal_name(number: a0) -> a0 = "INT" and so on, or 0
        .globl signal_name
signal_name:
        addi sp, sp, -16
        sd ra, 8(sp)
        call .Lrow
        ld a0, 8(t0)
        ld ra, 8(sp)
        addi sp, sp, 16
        ret

# signal_number(text: a0: "INT", "SIGINT", "int" or "2") -> a0 = the number, or -EINVAL
        .globl signal_number
signal_number:
        addi sp, sp, -32
        sd ra, 24(sp)
        sd s0, 16(sp)                   # text
        sd s1, 8(sp)                    # row
        mv s0, a0
        call parse_number
        bnez a1, 1f
        li t0, SIGRTMAX
        bgtu a0, t0, 5f
        j 6f
1:      mv a0, s0
        la a1, .Lprefix
        li a2, 3
        call strncasecmp
        bnez a0, 2f
        addi s0, s0, 3                  # without SIG
2:      la s1, signal_names
3:      ld t0, 0(s1)
        beqz t0, 5f
        ld a0, 8(s1)
        mv a1, s0
        call strcasecmp
        beqz a0, 4f
        addi s1, s1, 24
        j 3b
4:      ld a0, 0(s1)
        j 6f
5:      li a0, -EINVAL
6:      ld ra, 24(sp)
        ld s0, 16(sp)
        ld s1, 8(sp)
        addi sp, sp, 32
        ret

        .section .rodata
.Lunknown:      .asciz "Unknown signal"
.Lprefix:       .asciz "SIG"
