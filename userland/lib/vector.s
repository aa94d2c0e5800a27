# A vector: words in a row that grows at its end. Its three words are described in library.s; all zero is empty.
        .include "library.s"
        .text

# vector_push(vector: a0, word: a1): appends. The capacity doubles, so that n pushes copy less than 2n words.
        .globl vector_push
vector_push:
        ld t0, vector_count(a0)
        ld t1, vector_capacity(a0)
        bltu t0, t1, 2f
        addi sp, sp, -32
        sd ra, 24(sp)
        sd a0, 16(sp)
        sd a1, 8(sp)
        slli t1, t1, 1
        bnez t1, 1f
        li t1, 8
1:      sd t1, vector_capacity(a0)
        ld a0, vector_data(a0)
        slli a1, t1, 3
        call xrealloc
        mv t2, a0
        ld ra, 24(sp)
        ld a0, 16(sp)
        ld a1, 8(sp)
        addi sp, sp, 32
        sd t2, vector_data(a0)
        ld t0, vector_count(a0)
2:      ld t1, vector_data(a0)
        slli t2, t0, 3
        add t1, t1, t2
        sd a1, 0(t1)
        addi t0, t0, 1
        sd t0, vector_count(a0)
        ret

# vector_pop(vector: a0, not empty) -> a0 = the last word, which is removed
        .globl vector_pop
vector_pop:
        ld t0, vector_count(a0)
        addi t0, t0, -1
        sd t0, vector_count(a0)
        ld t1, vector_data(a0)
        slli t0, t0, 3
        add t1, t1, t0
        ld a0, 0(t1)
        ret

# vector_free_all(vector: a0): frees each word, which is an address from malloc, then as vector_free
        .globl vector_free_all
vector_free_all:
        addi sp, sp, -16
        sd ra, 8(sp)
        sd s0, 0(sp)
        mv s0, a0
1:      ld t0, vector_count(s0)
        beqz t0, 2f
        mv a0, s0
        call vector_pop
        call free
        j 1b
2:      mv a0, s0
        ld ra, 8(sp)
        ld s0, 0(sp)
        addi sp, sp, 16
        # fall through

# vector_free(vector: a0): leaves it empty and without memory
        .globl vector_free
vector_free:
        ld t0, vector_data(a0)
        sd zero, vector_data(a0)
        sd zero, vector_count(a0)
        sd zero, vector_capacity(a0)
        mv a0, t0
        j free
