# For guest tests: pages that know what they hold. Included after show.s and map.s.
#
#   number REGISTER, PAGES      each page from the address in a register on begins with its own address
#   changed REGISTER, PAGES     how many of them do not -> a0
#   page_out REGISTER, PAGES    sends them to swap and waits until they are there

.macro number base:req, pages:req
        mv a0, \base
        li a1, \pages
        call number_pages
.endm

.macro changed base:req, pages:req
        mv a0, \base
        li a1, \pages
        call changed_pages
.endm

.macro page_out base:req, pages:req
        mv a0, \base
        li a1, (\pages) * PAGE
        call out_pages
.endm

        .text
number_pages:
        li t0, PAGE
1:      sd a0, 0(a0)
        add a0, a0, t0
        addi a1, a1, -1
        bnez a1, 1b
        ret

changed_pages:
        li t0, PAGE
        li t3, 0
1:      ld t1, 0(a0)
        xor t1, t1, a0
        snez t1, t1
        add t3, t3, t1
        add a0, a0, t0
        addi a1, a1, -1
        bnez a1, 1b
        mv a0, t3
        ret

# out_pages(base: a0, bytes: a1): once to have them written, and when the disk has done that, once more to let them go
out_pages:
        addi sp, sp, -32
        sd ra, 24(sp)
        sd a0, 16(sp)
        sd a1, 8(sp)
        li a2, MADV_PAGEOUT
        call madvise
        li a0, 1
        call sleep
        ld a0, 16(sp)
        ld a1, 8(sp)
        li a2, MADV_PAGEOUT
        call madvise
        ld ra, 24(sp)
        addi sp, sp, 32
        ret
