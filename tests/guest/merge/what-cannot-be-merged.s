# Shared memory and the kernel's page are passed over; a hole is told; a mapping that is mergeable says so, and is one with
# equal neighbours only. The answers are Linux 6.1's.
#: only qemu-riscv64 has the merging of its host
#: under segments: fail there are no pages to be merged
#: under bare: fail a mapping cannot be at any address
#: stdout private: 0
#: stdout VmFlags: rd wr mr mw me ac mg 
#: stdout once more: 0
#: stdout shared: 0
#: stdout VmFlags: rd wr sh mr mw me ms 
#: stdout read-only: 0
#: stdout VmFlags: rd mr mw me mg 
#: stdout with a hole: ENOMEM
#: stdout misaligned: EINVAL
#: stdout KiB of the mapping: 16
#: stdout KiB of the mapping, one page mergeable: 4
#: stdout KiB of the mapping, no page mergeable: 16
#: stdout unmergeable, where nothing was: 0
#: stdout child: rd wr mr mw me ac mg 
#: stdout its pages: 0
#: stdout exit: 0
        .include "../show.s"
        .include "../map.s"
        .include "../proc.s"
        .include "../resident.s"
        .include "../smaps.s"
        .include "../merge.s"
        .globl main
main:
        addi sp, sp, -16
        sd ra, 8(sp)
        map 0x400000000, PAGE, RW, MAP_PRIVATE | MAP_FIXED
        mv s0, a0
        mergeable s0, PAGE
        show "private"
        show_flags "VmFlags", s0
        mergeable s0, PAGE
        show "once more"
        map 0x410000000, PAGE, RW, MAP_SHARED | MAP_FIXED
        mv s1, a0
        mergeable s1, PAGE
        show "shared"
        show_flags "VmFlags", s1
        map 0x420000000, PAGE, PROT_READ, MAP_PRIVATE | MAP_FIXED
        mv s1, a0
        mergeable s1, PAGE
        show "read-only"
        show_flags "VmFlags", s1
        mergeable s1, 2 * PAGE
        show "with a hole"
        addi s1, s1, 1
        mergeable s1, PAGE
        show "misaligned"
        map 0x430000000, 4 * PAGE, RW, MAP_PRIVATE | MAP_FIXED
        mv s1, a0
        smaps s1, "Size:"
        show "KiB of the mapping"
        at s2, 1, s1
        mergeable s2, PAGE
        smaps s1, "Size:"
        show "KiB of the mapping, one page mergeable"
        advise s2, PAGE, MADV_UNMERGEABLE
        smaps s1, "Size:"
        show "KiB of the mapping, no page mergeable"
        advise s2, PAGE, MADV_UNMERGEABLE
        show "unmergeable, where nothing was"
        child inherits
        show "exit"
        li a0, 0
        ld ra, 8(sp)
        addi sp, sp, 16
        ret

inherits:
        addi sp, sp, -16
        sd ra, 8(sp)
        show_flags "child", s0
        get "/proc/self/ksm_merging_pages"
        show_string "its pages"
        li a0, 0
        ld ra, 8(sp)
        addi sp, sp, 16
        ret
