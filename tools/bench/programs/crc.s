# crc: the CRC-32 of IEEE 802.3 over a buffer of 1 MiB, by a table of 256 words. Byte loads, word loads, a chain of xor.
# work() -> the CRC

        .globl  prepare, work
        .equ    BYTES, 1 << 20

prepare:
        la      a1, table
        li      a2, 0xedb88320          # the polynomial, reflected
        li      a3, 256
        li      t0, 0
1:      mv      t1, t0
        li      t2, 8
2:      andi    t3, t1, 1
        srli    t1, t1, 1
        beqz    t3, 3f
        xor     t1, t1, a2
3:      addi    t2, t2, -1
        bnez    t2, 2b
        sw      t1, (a1)
        addi    a1, a1, 4
        addi    t0, t0, 1
        bne     t0, a3, 1b
        la      a1, buffer              # byte i = i ^ i >> 7
        li      a2, BYTES
        li      t0, 0
4:      srli    t1, t0, 7
        xor     t1, t1, t0
        sb      t1, (a1)
        addi    a1, a1, 1
        addi    t0, t0, 1
        bne     t0, a2, 4b
        ret

work:   la      a1, buffer
        li      a2, BYTES
        add     a2, a1, a2
        la      a3, table
        li      a4, 0xffffffff
        mv      a0, a4
1:      lbu     t0, (a1)
        xor     t0, t0, a0
        andi    t0, t0, 255
        slli    t0, t0, 2
        add     t0, t0, a3
        lwu     t0, (t0)
        srli    a0, a0, 8
        xor     a0, a0, t0
        addi    a1, a1, 1
        bne     a1, a2, 1b
        xor     a0, a0, a4
        ret

        .bss
        .balign 8
table:  .zero   1024
buffer: .zero   BYTES
