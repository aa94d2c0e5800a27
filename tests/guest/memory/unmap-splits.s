# munmap and mprotect in the middle of a mapping split it. What is accessible is asked by letting write read there.
#: stdout wwwww
#: stdout the second read-only: 0
#: stdout wrwww
#: stdout the third unmapped: 0
#: stdout wr-ww
#: stdout unmapped again: 0
#: stdout mprotect over a hole: ENOMEM
#: stdout ---ww
#: stdout the first again: 0
#: stdout w--ww
#: stdout an address inside of a page: EINVAL
#: stdout length 0: EINVAL
#: stdout mprotect inside of a page: EINVAL
#: stdout all, over the hole: 0
#: stdout -----
#: exit 0
        .include "abi.s"
        .include "../show.inc"
        .equ PAGE, 4096
        .equ PAGES, 5
        .bss
        .balign 8
ends:   .zero 8
map:    .zero PAGES + 1
        .text
        .globl main
main:
        la   a0, ends
        call pipe
        li   a0, 0
        li   a1, PAGES * PAGE
        li   a2, PROT_READ | PROT_WRITE
        li   a3, MAP_PRIVATE | MAP_ANONYMOUS
        li   a4, -1
        li   a5, 0
        call mmap
        mv   s0, a0
        call show_map
        li   t0, PAGE
        add  a0, s0, t0
        li   a1, PAGE
        li   a2, PROT_READ
        call mprotect
        show "the second read-only"
        call show_map
        li   t0, 2 * PAGE
        add  a0, s0, t0
        li   a1, PAGE
        call munmap
        show "the third unmapped"
        call show_map
        li   t0, 2 * PAGE
        add  a0, s0, t0
        li   a1, PAGE
        call munmap
        show "unmapped again"
        mv   a0, s0
        li   a1, PAGES * PAGE
        li   a2, PROT_NONE
        call mprotect
        show "mprotect over a hole"
        call show_map
        mv   a0, s0
        li   a1, PAGE
        li   a2, PROT_READ | PROT_WRITE
        call mprotect
        show "the first again"
        call show_map
        addi a0, s0, 100
        li   a1, PAGE
        call munmap
        show "an address inside of a page"
        mv   a0, s0
        li   a1, 0
        call munmap
        show "length 0"
        addi a0, s0, 100
        li   a1, PAGE
        li   a2, PROT_READ
        call mprotect
        show "mprotect inside of a page"
        mv   a0, s0
        li   a1, PAGES * PAGE
        call munmap
        show "all, over the hole"
        call show_map
        end_program

# show_map(): a letter for each page: w writable, r readable, - neither
show_map:
        addi sp, sp, -32
        sd   ra, 24(sp)
        sd   s1, 16(sp)
        sd   s2, 8(sp)
        la   s1, map
        mv   s2, s0
1:      lw   a0, ends + 4               # readable?
        mv   a1, s2
        li   a2, 1
        call write
        li   t0, '-'
        sb   t0, 0(s1)
        blez a0, 2f
        li   t0, 'r'
        sb   t0, 0(s1)
        lw   a0, ends                   # writable? (the byte comes back)
        mv   a1, s2
        li   a2, 1
        call read
        blez a0, 3f
        li   t0, 'w'
        sb   t0, 0(s1)
        j    2f
3:      lw   a0, ends
        mv   a1, sp
        li   a2, 1
        call read
2:      addi s1, s1, 1
        li   t0, PAGE
        add  s2, s2, t0
        la   t0, map + PAGES
        bltu s1, t0, 1b
        sb   zero, 0(s1)
        la   a0, map
        call show_text
        ld   ra, 24(sp)
        ld   s1, 16(sp)
        ld   s2, 8(sp)
        addi sp, sp, 32
        ret
