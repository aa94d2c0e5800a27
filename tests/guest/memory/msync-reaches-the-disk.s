# A disk that is mapped shared: what is stored is dirty until msync has written it, and read finds it at once; after
# drop_caches the page is read from the disk again and holds what was stored.
#: only it writes to a disk
#: under bare segments: fail files cannot be mapped to be shared
#: machine --swap 1M
#: stdout the second disk is free: 0
#: stdout stored, dirty pages: 1
#: stdout read finds: quire
#: stdout written to disks so far: 0
#: stdout msync: 0
#: stdout dirty pages: 0
#: stdout sectors written: 8
#: stdout caches dropped: 1
#: stdout in memory after that: 0
#: stdout read finds: quire
        .include "../show.s"
        .include "../map.s"
        .include "../resident.s"
        .include "../proc.s"
        string disk, "/dev/vdb"
        string word, "quire"
        value buffer, 16
        .macro dirty_pages
        figure "/proc/vmstat", "nr_dirty "
        .endm
        .globl main
main:
        addi sp, sp, -16
        sd ra, 8(sp)
        la a0, disk
        call swapoff                    # the computer swaps to it unless told not to
        show "the second disk is free"
        call written
        mv s2, a0
        la a0, disk
        li a1, O_RDWR
        li a2, 0
        call open
        mv s0, a0
        map_file s0, 4 * PAGE, RW, MAP_SHARED
        mv s1, a0
        li t0, 3 * PAGE
        add a0, s1, t0
        la a1, word
        call strcpy
        dirty_pages
        show "stored, dirty pages"
        call read_word
        call written
        sub a0, a0, s2
        show "written to disks so far"
        mv a0, s1
        li a1, 4 * PAGE
        li a2, MS_SYNC
        call msync
        show "msync"
        dirty_pages
        show "dirty pages"
        call written
        sub a0, a0, s2
        slli a0, a0, 1                  # KiB to sectors of 512 bytes
        show "sectors written"
        mv a0, s1
        li a1, 4 * PAGE
        call munmap
        put "/proc/sys/vm/drop_caches", "1"
        show "caches dropped"
        map_file s0, 4 * PAGE, RW, MAP_SHARED
        at s1, 3, a0
        mv a0, s1
        li a1, PAGE
        la a2, buffer
        call mincore
        lbu a0, buffer
        show "in memory after that"
        call read_word
        li a0, 0
        ld ra, 8(sp)
        addi sp, sp, 16
        ret

# written() -> a0 = KiB that went to disks since boot
written:
        addi sp, sp, -16
        sd ra, 8(sp)
        figure "/proc/vmstat", "pgpgout "
        ld ra, 8(sp)
        addi sp, sp, 16
        ret

read_word:
        addi sp, sp, -16
        sd ra, 8(sp)
        mv a0, s0
        la a1, buffer
        li a2, 16
        li a3, 3 * PAGE
        call pread64
        show_text "read finds", buffer
        ld ra, 8(sp)
        addi sp, sp, 16
        ret
