# The stack grows by itself.
#
# A process starts with a small stack. Each call that puts its frame below the lowest page that was used so far causes a
# page fault; the kernel sees that the address lies just where the stack may grow to, maps a page, and the instruction is
# executed again. There is a limit (getrlimit tells it); who goes beyond it is ended by SIGSEGV, here a child that calls
# itself forever.
#
# See it happen: quire run --trace faults stack-growth.s
#
#: machine --ram 16M
#: only counts of page faults are a kernel's own affair
#: under bare: fail a stack does not grow
#: stdout   1 calls deep: page faults on the way:   1
#: stdout  16 calls deep: page faults on the way:  15
#: stdout  16 calls deep: page faults on the way:   0
#: stdout 256 calls deep: page faults on the way: 240
#: stdout the stack may grow to 8192 KiB
#: stdout a child that calls itself forever: Segmentation fault
#: under segments: stdout   1 calls deep: page faults on the way:   0
#: under segments: stdout  16 calls deep: page faults on the way:   0
#: under segments: stdout  16 calls deep: page faults on the way:   0
#: under segments: stdout 256 calls deep: page faults on the way:  15
#: under segments: stdout the stack may grow to 8192 KiB
#: under segments: stdout a child that calls itself forever: Segmentation fault
#: exit 0
        .include "abi.s"
        .equ PAGE, 4096

        .bss
        .balign 8
resources:      .zero SIZEOF_rusage
limit:          .zero SIZEOF_rlimit
status:         .zero 8

        .text
        .globl main
main:
        la   s1, depths
1:      call faults                     # counting touches pages itself:
        call faults                     # the second time all it needs is there
        mv   s2, a0
        lw   a0, 0(s1)
        call descend
        call faults
        sub  a2, a0, s2
        lw   a1, 0(s1)
        la   a0, line
        call printf
        addi s1, s1, 4
        lw   t0, 0(s1)
        bnez t0, 1b

        li   a0, RLIMIT_STACK
        la   a1, limit
        call getrlimit
        ld   a1, limit + rlimit_rlim_cur
        srli a1, a1, 10
        la   a0, may_grow
        call printf

        call flush_all
        call fork
        bnez a0, 2f
        li   a0, -1                     # will not reach 0
        call descend
2:      la   a0, status
        call wait
        lw   a0, status
        andi a0, a0, 0x7f               # wait(2): the signal that ended it
        call strsignal
        mv   a1, a0
        la   a0, forever
        call printf
        li   a0, 0
        call exit

# descend(n: a0): calls itself n times, each time with a frame of one page
descend:
        li   t0, PAGE
        sub  sp, sp, t0
        sd   ra, 0(sp)                  # the lowest word of the frame: here it is touched
        addi a0, a0, -1
        beqz a0, 1f
        call descend
1:      ld   ra, 0(sp)
        li   t0, PAGE
        add  sp, sp, t0
        ret

# faults() -> a0 = page faults of this process so far, of the kind that needs no disk
faults:
        addi sp, sp, -16
        sd   ra, 8(sp)
        li   a0, RUSAGE_SELF
        la   a1, resources
        call getrusage
        ld   a0, resources + rusage_ru_minflt
        ld   ra, 8(sp)
        addi sp, sp, 16
        ret

        .section .rodata
        .balign 4
depths:         .word 1, 16, 16, 256, 0
line:           .asciz "%3d calls deep: page faults on the way: %3ld\n"
may_grow:       .asciz "the stack may grow to %ld KiB\n"
forever:        .asciz "a child that calls itself forever: %s\n"
