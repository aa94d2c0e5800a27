# Vectors, buffers, sorting, searching.
#: stdout 31 checks passed
        .include "library.s"
        .include "check.s"
        .equ COUNT, 5000

        .bss
        .balign 8
vector: .zero SIZEOF_vector
buffer: .zero SIZEOF_buffer
calls:  .zero 8

        .text
        .globl main
main:
        li s0, 0
1:      la a0, vector
        mv a1, s0
        call vector_push
        addi s0, s0, 1
        li t0, COUNT
        bltu s0, t0, 1b
        ld a0, vector+vector_count
        equal "a vector's count", COUNT
        ld t0, vector+vector_data
        li t1, 8 * 1234
        add t0, t0, t1
        ld a0, 0(t0)
        equal "a word of it", 1234
        la a0, vector
        call vector_pop
        equal "the last word", COUNT - 1
        ld a0, vector+vector_count
        equal "which is then gone", COUNT - 1
        la a0, vector
        call vector_free
        ld a0, vector+vector_data
        equal "no memory", 0
        ld a0, vector+vector_count
        equal "empty", 0
        la a0, vector
        li a1, 7
        call vector_push
        la a0, vector
        call vector_pop
        equal "and usable again", 7
        string a0, "a string"
        call xstrdup
        mv a1, a0
        la a0, vector
        call vector_push
        la a0, vector
        call vector_free_all
        ld a0, vector+vector_count
        equal "empty after vector_free_all", 0

        la a0, buffer
        call buffer_string
        text "an empty buffer", ""
        la a0, buffer
        li a1, 'a'
        call buffer_put
        la a0, buffer
        string a1, "bcdef"
        li a2, 2
        call buffer_append
        la a0, buffer
        string a1, "xyz"
        call buffer_append_string
        la a0, buffer
        call buffer_string
        text "a buffer", "abcxyz"
        ld a0, buffer+buffer_length
        equal "its length", 6
        li s0, 1000
2:      la a0, buffer
        string a1, "0123456789"
        call buffer_append_string
        addi s0, s0, -1
        bnez s0, 2b
        ld a0, buffer+buffer_length
        equal "the length of a long one", 10006
        la a0, buffer
        call buffer_string
        call strlen
        equal "and where its NUL is", 10006
        la a0, buffer
        call buffer_clear
        la a0, buffer
        call buffer_string
        text "a cleared buffer", ""
        la a0, buffer
        call buffer_free
        ld a0, buffer+buffer_data
        equal "a freed buffer", 0

        # qsort: random, sorted, backwards and equal numbers; the comparisons stay below 2 n log2 n + n
        li s0, 0
3:      mv a0, s0
        call make_words
        la t0, calls
        sd zero, 0(t0)
        mv a0, s1
        li a1, COUNT
        li a2, 8
        la a3, compare_words
        call qsort
        mv a0, s1
        call disorder
        equal "qsort: pairs out of order", 0
        ld a0, calls
        li t0, 140000
        sltu a0, a0, t0
        equal "qsort: few comparisons", 1
        addi s0, s0, 1
        li t0, 4
        bltu s0, t0, 3b

        # elements of three bytes
        string a0, "xc3xa1xd4xb2"
        call xstrdup
        mv s1, a0
        li a1, 4
        li a2, 3
        la a3, compare_bytes
        call qsort
        mv a0, s1
        text "qsort of elements of three bytes", "xa1xb2xc3xd4"
        mv a0, s1
        li a1, 1
        li a2, 3
        la a3, compare_bytes
        call qsort
        mv a0, s1
        li a1, 0
        li a2, 3
        la a3, compare_bytes
        call qsort
        mv a0, s1
        text "qsort of one and of nothing", "xa1xb2xc3xd4"

        # sort_pointers is stable: by the tens digit, equal ones stay in order
        la a0, tens
        li a1, 9
        la a2, compare_tens
        call sort_pointers
        li s0, 0
        li s2, 0
4:      la t0, tens
        slli t1, s0, 3
        add t0, t0, t1
        ld t0, 0(t0)
        li t1, 100
        mul s2, s2, t1
        add s2, s2, t0
        addi s0, s0, 1
        li t1, 9
        bltu s0, t1, 4b
        mv a0, s2
        equal "sort_pointers keeps equal words in order", 131211252322393731
        li a0, 0
        call make_words
        mv a0, s1
        li a1, COUNT
        la a2, compare_numbers
        call sort_pointers
        mv a0, s1
        call disorder
        equal "sort_pointers: pairs out of order", 0

        # bsearch
        li t0, 23
        la t1, key
        sd t0, 0(t1)
        la a0, key
        la a1, sorted
        li a2, 7
        li a3, 8
        la a4, compare_words
        call bsearch
        la t0, sorted
        sub a0, a0, t0
        equal "bsearch", 4 * 8
        li t0, 24
        la t1, key
        sd t0, 0(t1)
        la a0, key
        la a1, sorted
        li a2, 7
        li a3, 8
        la a4, compare_words
        call bsearch
        equal "bsearch, absent", 0
        la a0, key
        la a1, sorted
        li a2, 0
        li a3, 8
        la a4, compare_words
        call bsearch
        equal "bsearch in nothing", 0
        li t0, 2
        la t1, key
        sd t0, 0(t1)
        la a0, key
        la a1, sorted
        li a2, 7
        li a3, 8
        la a4, compare_words
        call bsearch
        la t0, sorted
        sub a0, a0, t0
        equal "bsearch of the first", 0
        finish

# make_words(kind: a0) -> s1 = COUNT words: 0 random, 1 rising, 2 falling, 3 equal
make_words:
        addi sp, sp, -32
        sd ra, 24(sp)
        sd s2, 16(sp)
        sd s3, 8(sp)
        mv s3, a0
        li a0, COUNT * 8
        call xmalloc
        mv s1, a0
        li s2, 0
1:      call rand
        beqz s3, 2f
        mv a0, s2
        li t0, 1
        beq s3, t0, 2f
        neg a0, s2
        li t0, 2
        beq s3, t0, 2f
        li a0, 5
2:      slli t0, s2, 3
        add t0, t0, s1
        sd a0, 0(t0)
        addi s2, s2, 1
        li t0, COUNT
        bltu s2, t0, 1b
        ld ra, 24(sp)
        ld s2, 16(sp)
        ld s3, 8(sp)
        addi sp, sp, 32
        ret

# disorder(words: a0) -> a0 = how many are smaller than the one before
disorder:
        mv t0, a0
        li t1, COUNT - 1
        li a0, 0
1:      ld t2, 0(t0)
        ld t3, 8(t0)
        slt t2, t3, t2
        add a0, a0, t2
        addi t0, t0, 8
        addi t1, t1, -1
        bnez t1, 1b
        ret

compare_words:                          # clobbers all scratch registers, as a function may
        la t0, calls
        ld t1, 0(t0)
        addi t1, t1, 1
        sd t1, 0(t0)
        ld a0, 0(a0)
        ld a1, 0(a1)
compare_numbers:
        slt t0, a0, a1
        slt t1, a1, a0
        sub a0, t1, t0
        li t0, -1
        li t1, -1
        li t2, -1
        li t3, -1
        li t4, -1
        li t5, -1
        li t6, -1
        li a1, -1
        li a2, -1
        li a3, -1
        li a4, -1
        li a5, -1
        li a6, -1
        li a7, -1
        ret

compare_bytes:
        lbu a0, 1(a0)
        lbu a1, 1(a1)
        sub a0, a0, a1
        ret

compare_tens:
        li t0, 10
        divu a0, a0, t0
        divu a1, a1, t0
        sub a0, a0, a1
        ret

        .data
        .balign 8
tens:   .dword 25, 13, 39, 12, 23, 37, 11, 22, 31
sorted: .dword 2, 3, 5, 11, 23, 47, 95
key:    .dword 0
