# Without a pool a mapping of huge pages is refused; one with MAP_NORESERVE is not, and ends in SIGBUS when it is touched.
#
#: only how large the pool is, is a machine's own affair
#: under bare segments: fail there are no huge pages
#: stdout -12
#: signal SIGBUS
        .include "abi.s"
        .include "frame.s"
        .equ HUGE, 2 << 20

        .text
        .globl main
main:
        enter 0
        li   a3, MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB
        call map
        mv   a1, a0
        la   a0, told
        call printf
        call flush_all
        li   a3, MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB | MAP_NORESERVE
        call map
        sb   a0, 5(a0)
        li   a0, 0
        leave 0

# map(flags: a3) -> a0 = a huge page, or -errno
map:
        li   a0, 0
        li   a1, HUGE
        li   a2, PROT_READ | PROT_WRITE
        li   a4, -1
        li   a5, 0
        li   a7, SYS_mmap
        ecall
        ret

        .section .rodata
told:   .asciz "%ld\n"
