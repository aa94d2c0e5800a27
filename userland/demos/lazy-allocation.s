# Lazy allocation: memory costs something only where it is touched.
#
# mmap hands out addresses, not memory. This program reserves 1 GiB on a computer that has far less, and touches one byte
# in each of 64 places. Every first touch is a page fault, in which the kernel maps one fresh page of 4 KiB. So 64 pages
# become resident: 256 KiB. /proc/self/statm tells how many pages the address space has, and how many are resident.
#
# See it happen: quire run --trace faults lazy-allocation.s
#
#: only what is resident and when is a kernel's own affair
#: under bare segments: fail all memory that is mapped must be there at once
#: stdout reserved 1048576 KiB: the address space grew by 1048576 KiB, 0 KiB became resident
#: stdout touched 64 places:  the address space grew by       0 KiB, 256 KiB became resident, page faults: 64
#: stdout a byte that was not written before holds 0
#: exit 0
        .include "abi.s"
        .equ PAGE_KIB, 4
        .equ RESERVED, 1 << 30          # bytes: 1 GiB
        .equ PLACES, 64
        .equ DISTANCE, RESERVED / PLACES
        .equ ROOM, 128                  # of the text of statm

        .bss
        .balign 8
resources:      .zero SIZEOF_rusage
text:           .zero ROOM

        .text
        .globl main
main:
        call look                       # reads once in vain: from now on all that looking needs is there
        call look
        mv   s1, a0
        mv   s2, a1
        mv   s3, a2

        li   a0, 0                      # the kernel chooses the address
        li   a1, RESERVED
        li   a2, PROT_READ | PROT_WRITE
        li   a3, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE
        li   a4, -1                     # no file
        li   a5, 0
        call mmap
        bltz a0, failed
        mv   s0, a0
        call look
        sub  s4, a0, s1                 # what has been added, in pages
        sub  s5, a1, s2
        mv   s1, a0
        mv   s2, a1
        mv   s3, a2

        mv   t0, s0
        li   t1, DISTANCE
        li   t2, PLACES
        li   t3, 1
1:      sb   t3, 0(t0)                  # one byte, one page
        add  t0, t0, t1
        addi t2, t2, -1
        bnez t2, 1b
        call look
        sub  s6, a0, s1
        sub  s7, a1, s2
        sub  s8, a2, s3

        li   t0, PAGE_KIB               # only now: printing would touch pages too
        mul  a2, s4, t0
        mul  a3, s5, t0
        li   a1, RESERVED >> 10
        la   a0, reserved
        call printf
        li   t0, PAGE_KIB
        mul  a2, s6, t0
        mul  a3, s7, t0
        mv   a4, s8
        li   a1, PLACES
        la   a0, touched
        call printf
        li   t0, PAGE_KIB << 10         # the page behind the first place: nobody has been there
        add  s0, s0, t0
        lbu  s1, 0(s0)                  # a read gets the page of zeroes that all share,
        sb   t0, 0(s0)                  # a write after it a page of its own
        mv   a1, s1
        la   a0, fresh
        call printf
        li   a0, 0
        call exit
failed: mv   a1, a0
        la   a0, mmap_word
        li   a2, 1
        call die

# look() -> a0 = pages of the address space, a1 = resident pages, a2 = page faults so far
look:
        addi sp, sp, -32
        sd   ra, 24(sp)
        sd   s0, 16(sp)
        li   a0, AT_FDCWD
        la   a1, statm
        li   a2, O_RDONLY
        call openat
        bltz a0, no_statm
        mv   s0, a0
        la   a1, text
        li   a2, ROOM - 1
        call read
        mv   a0, s0
        call close
        li   a0, RUSAGE_SELF
        la   a1, resources
        call getrusage
        la   a0, text                   # "total resident ..."
        addi a1, sp, 8                  # strtol stores there where the number ended
        li   a2, 10
        call strtol
        sd   a0, 0(sp)
        ld   a0, 8(sp)
        li   a1, 0
        li   a2, 10
        call strtol
        mv   a1, a0
        ld   a0, 0(sp)
        ld   a2, resources + rusage_ru_minflt
        ld   ra, 24(sp)
        ld   s0, 16(sp)
        addi sp, sp, 32
        ret
no_statm:
        mv   a1, a0
        la   a0, statm
        li   a2, 1
        call die

        .section .rodata
statm:          .asciz "/proc/self/statm"
mmap_word:      .asciz "mmap"
reserved:       .asciz "reserved %ld KiB: the address space grew by %ld KiB, %ld KiB became resident\n"
touched:        .asciz "touched %d places:  the address space grew by %7ld KiB, %ld KiB became resident, page faults: %ld\n"
fresh:          .asciz "a byte that was not written before holds %d\n"
