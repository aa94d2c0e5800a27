# The texts and names of error numbers, looked up in the generated table error_names:
# rows of { number, address of the name, address of the text }, ended by number 0.
        .text

# row(errno: a0, either sign) -> t0 = its row, or the table's last one. Internal.
.Lrow:
        bgez a0, 1f
        neg a0, a0
1:      la t0, error_names
2:      ld t1, 0(t0)
        beqz t1, 3f
        beq t1, a0, 3f
        addi t0, t0, 24
        j 2b
3:      ret

# strerror(errno: a0, either sign) -> a0 = its text; "Unknown error N" in a static place for others
        .globl strerror
strerror:
        addi sp, sp, -16
        sd ra, 8(sp)
        call .Lrow
        ld ra, 8(sp)
        addi sp, sp, 16
        ld t2, 16(t0)
        beqz t1, 1f
        mv a0, t2
        ret
1:      bnez a0, .Lunknown
        la a0, .Lsuccess
        ret

# unknown(errno: a0) -> a0 = the text with the number behind it, in decimal. By hand: error messages stay free of printf.
.Lunknown:
        la t0, .Lnumber_end
        li t1, 10
1:      remu t2, a0, t1
        divu a0, a0, t1
        addi t2, t2, '0'
        addi t0, t0, -1
        sb t2, 0(t0)
        bnez a0, 1b
        la t1, .Ltext_end               # and the words before it
        la t2, .Ltext
2:      addi t1, t1, -1
        addi t0, t0, -1
        lbu t3, 0(t1)
        sb t3, 0(t0)
        bgtu t1, t2, 2b
        mv a0, t0
        ret

# error_name(errno: a0, either sign) -> a0 = "ENOENT" and so on, or 0
        .globl error_name
error_name:
        addi sp, sp, -16
        sd ra, 8(sp)
        call .Lrow
        ld a0, 8(t0)
        ld ra, 8(sp)
        addi sp, sp, 16
        ret

        .section .rodata
.Lsuccess:      .asciz "Success"
.Ltext:         .ascii "Unknown error "
.Ltext_end:

        .bss
        .zero 40
.Lnumber_end:
        .zero 1
