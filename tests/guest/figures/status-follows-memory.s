# /proc/self/status and statm while memory comes and goes: what is mapped, what is resident and of which kind, and the most
# there ever was.
#: only qemu-riscv64 shows the file of its own process
#: under bare segments: fail memory is there from the start, and there is no mlock
#: stdout mapped 1 MiB, VmSize: 1024
#: stdout VmData: 1024
#: stdout VmRSS: 0
#: stdout wrote to 64 pages, VmRSS: 256
#: stdout RssAnon: 256
#: stdout shared memory, RssShmem: 64
#: stdout locked, VmLck: 64
#: stdout statm, pages of address space: 272
#: stdout unmapped, VmSize: -1024
#: stdout RssAnon: -256
#: stdout VmPeak stays: 0
#: stdout VmHWM stays: 0
        .include "../show.s"
        .include "../map.s"
        .include "../proc.s"
        .equ SIZE, 1 << 20
        .equ TOUCHED, 64
        .macro since label:req, figure:req, before:req
        figure "/proc/self/status", "\figure:"
        sub a0, a0, \before
        show "\label"
        .endm
        .macro remember figure:req, register:req
        figure "/proc/self/status", "\figure:"
        mv \register, a0
        .endm
        .globl main
main:
        addi sp, sp, -16
        sd ra, 8(sp)
        remember "VmSize", s1           # once in vain: what reading takes is there then
        string nothing, ""
        la a0, nothing
        call printf
        get "/proc/self/statm"
        mv a0, a2
        call atol
        mv s7, a0
        remember "VmSize", s1
        remember "VmData", s2
        remember "VmRSS", s3
        remember "RssAnon", s4
        map 0, SIZE, RW, MAP_PRIVATE
        mv s0, a0
        since "mapped 1 MiB, VmSize", "VmSize", s1
        since "VmData", "VmData", s2
        remember "VmRSS", s3
        remember "RssAnon", s4
        since "VmRSS", "VmRSS", s3
        mv a0, s0
        li a1, TOUCHED
        call touch
        since "wrote to 64 pages, VmRSS", "VmRSS", s3
        since "RssAnon", "RssAnon", s4
        remember "RssShmem", s8
        map 0, 16 * PAGE, RW, MAP_SHARED
        mv s6, a0
        li a1, 16
        call touch
        since "shared memory, RssShmem", "RssShmem", s8
        mv a0, s6
        li a1, 16 * PAGE
        call mlock
        remember "VmLck", a0
        show "locked, VmLck"
        get "/proc/self/statm"
        mv a0, a2
        call atol
        sub a0, a0, s7
        show "statm, pages of address space"
        remember "VmSize", s1
        remember "RssAnon", s4
        remember "VmPeak", s5
        remember "VmHWM", s6
        mv a0, s0
        li a1, SIZE
        call munmap
        since "unmapped, VmSize", "VmSize", s1
        since "RssAnon", "RssAnon", s4
        since "VmPeak stays", "VmPeak", s5
        since "VmHWM stays", "VmHWM", s6
        li a0, 0
        ld ra, 8(sp)
        addi sp, sp, 16
        ret

# touch(base: a0, pages: a1)
touch:  li t0, PAGE
1:      sb a1, 0(a0)
        add a0, a0, t0
        addi a1, a1, -1
        bnez a1, 1b
        ret
