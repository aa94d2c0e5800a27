# mode_string: a file's type and permissions as ls -l shows them.
        .include "abi.s"
        .text

# mode_string(mode: a0, text: a1, 11 bytes) -> a0 = text, such as "drwxr-xr-x"
        .globl mode_string
mode_string:
        mv t0, a1
        srli t1, a0, 12                 # the type is the mode's top four bits
        andi t1, t1, 15
        la t2, .Ltypes
        add t2, t2, t1
        lbu t1, 0(t2)
        sb t1, 0(t0)
        la t1, .Lletters
        li t2, 0400                     # one bit after the other, from the owner's r down
1:      addi t0, t0, 1
        lbu t3, 0(t1)
        and t4, a0, t2
        bnez t4, 2f
        li t3, '-'
2:      sb t3, 0(t0)
        addi t1, t1, 1
        srli t2, t2, 1
        bnez t2, 1b
        sb zero, 1(t0)

        li t2, S_ISUID                  # set-user-id and so on are shown in the place of x
        li t3, 's'
        addi t4, a1, 3
        mv t6, ra
        call .Lspecial
        li t2, S_ISGID
        addi t4, a1, 6
        call .Lspecial
        li t2, S_ISVTX
        li t3, 't'
        addi t4, a1, 9
        call .Lspecial
        mv ra, t6
        mv a0, a1
        ret

# special(bit: t2, letter: t3, place: t4): the letter, a capital one where there is no x
.Lspecial:
        and t2, a0, t2
        beqz t2, 2f
        lbu t2, 0(t4)
        addi t2, t2, -'x'
        mv t5, t3
        beqz t2, 1f
        addi t5, t5, 'A' - 'a'
1:      sb t5, 0(t4)
2:      ret

        .section .rodata
.Ltypes:        .ascii "?pc?d?b?-?l?s???"       # by S_IFMT >> 12
.Lletters:      .ascii "rwxrwxrwx"
