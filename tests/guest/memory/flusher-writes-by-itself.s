# Nobody asks for it: what is dirty for half a minute (vm.dirty_expire_centisecs) is written by the kernel, which looks
# every five seconds.
#: only it writes to a disk
#: under bare segments: fail files cannot be mapped to be shared
#: machine --swap 1M
#: stdout dirty pages: 2
#: stdout a second later: 2
#: stdout 36 seconds later: 0
#: stdout stored again, dirty pages: 1
        .include "../show.s"
        .include "../map.s"
        .include "../resident.s"
        .include "../proc.s"
        string disk, "/dev/vdb"
        .macro dirty_pages label
        figure "/proc/vmstat", "nr_dirty "
        show "\label"
        .endm
        .globl main
main:
        addi sp, sp, -16
        sd ra, 8(sp)
        la a0, disk
        call swapoff
        la a0, disk
        li a1, O_RDWR
        li a2, 0
        call open
        mv s0, a0
        map_file s0, 4 * PAGE, RW, MAP_SHARED
        mv s1, a0
        at s2, 1, s1
        li t0, 1
        sb t0, 0(s1)
        sb t0, 0(s2)
        dirty_pages "dirty pages"
        li a0, 1
        call sleep
        dirty_pages "a second later"
        li a0, 35
        call sleep
        dirty_pages "36 seconds later"
        sb zero, 0(s1)
        dirty_pages "stored again, dirty pages"
        li a0, 0
        ld ra, 8(sp)
        addi sp, sp, 16
        ret
