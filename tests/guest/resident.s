# For guest tests: which pages are in RAM, and advice. Included after show.s and map.s.
#
#   show_resident "label", REGISTER, PAGES     "label: 1100", a digit a page from the address in a register on; at most 32
#   advise REGISTER, LENGTH, ADVICE            -> a0
#   at REGISTER, PAGE-NUMBER, BASE             REGISTER = BASE + PAGE-NUMBER * PAGE
#   counts REGISTER                            counts the pages in RAM of COUNTED from the address in a register on -> a0
        .equ COUNTED, 1024

.macro show_resident label:req, base:req, pages:req
        mv a0, \base
        li a1, \pages
        call digits_of
        show_text "\label", resident_digits
.endm

.macro advise base:req, length:req, advice:req
        mv a0, \base
        li a1, \length
        li a2, \advice
        call madvise
.endm

.macro at register:req, page:req, base:req
        li \register, (\page) * PAGE
        add \register, \register, \base
.endm

.macro counts base:req
        mv a0, \base
        call count_resident
.endm

        .text
# digits_of(base: a0, pages: a1): the digits into resident_digits
digits_of:
        addi sp, sp, -16
        sd ra, 8(sp)
        sd a1, 0(sp)
        slli a1, a1, 12
        la a2, resident_digits
        call mincore
        ld t0, 0(sp)
        la t1, resident_digits
        add t0, t0, t1
        sb zero, 0(t0)
1:      lbu t2, 0(t1)
        andi t2, t2, 1
        addi t2, t2, '0'
        sb t2, 0(t1)
        addi t1, t1, 1
        bltu t1, t0, 1b
        ld ra, 8(sp)
        addi sp, sp, 16
        ret

# count_resident(base: a0) -> a0
count_resident:
        addi sp, sp, -16
        sd ra, 8(sp)
        li a1, COUNTED * PAGE
        la a2, resident_vector
        call mincore
        la t0, resident_vector
        li t1, COUNTED
        add t1, t1, t0
        li a0, 0
1:      lbu t2, 0(t0)
        andi t2, t2, 1
        add a0, a0, t2
        addi t0, t0, 1
        bltu t0, t1, 1b
        ld ra, 8(sp)
        addi sp, sp, 16
        ret

        value resident_digits, 48
        value resident_vector, COUNTED
