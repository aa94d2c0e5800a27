# mmap: each argument that makes no sense has its own error.
#: under bare segments: fail munmap of nothing is EINVAL, as on Linux without an MMU
#: stdout length 0: EINVAL
#: stdout neither private nor shared: EINVAL
#: stdout fixed, not at a page: EINVAL
#: stdout offset within a page: EINVAL
#: stdout no such descriptor: EBADF
#: stdout more than there is: ENOMEM
#: stdout fixed beyond user space: ENOMEM
#: stdout a pipe: ENODEV
#: stdout a directory: ENODEV
#: stdout munmap not at a page: EINVAL
#: stdout munmap of length 0: EINVAL
#: stdout munmap of nothing: 0
        .include "../show.s"
        .include "../map.s"
        string slash, "/"
        value ends
        .globl main
main:
        addi sp, sp, -16
        sd ra, 8(sp)
        map 0, 0, RW, MAP_PRIVATE
        show "length 0"
        map 0, PAGE, RW, 0
        show "neither private nor shared"
        map 0x10000100, PAGE, RW, MAP_PRIVATE | MAP_FIXED
        show "fixed, not at a page"
        li s0, 1
        map_file s0, PAGE, PROT_READ, MAP_PRIVATE, 100
        show "offset within a page"
        li s0, 77
        map_file s0, PAGE, PROT_READ, MAP_PRIVATE
        show "no such descriptor"
        map 0, 1 << 60, RW, MAP_PRIVATE
        show "more than there is"
        map -PAGE, PAGE, RW, MAP_PRIVATE | MAP_FIXED
        show "fixed beyond user space"

        la a0, ends
        call pipe
        lw s0, ends
        map_file s0, PAGE, PROT_READ, MAP_PRIVATE
        show "a pipe"
        la a0, slash
        li a1, O_RDONLY
        li a2, 0
        call open
        mv s0, a0
        map_file s0, PAGE, PROT_READ, MAP_PRIVATE
        show "a directory"

        li a0, 0x10000100
        li a1, PAGE
        call munmap
        show "munmap not at a page"
        li a0, 0x10000000
        li a1, 0
        call munmap
        show "munmap of length 0"
        li a0, 0x10000000
        li a1, PAGE
        call munmap
        show "munmap of nothing"
        li a0, 0
        ld ra, 8(sp)
        addi sp, sp, 16
        ret
