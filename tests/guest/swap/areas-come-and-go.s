# A device becomes a swap area by swapon, with a priority if one is given, and ceases to be one by swapoff.
#: only it takes a disk to swap to
#: under segments: fail a program can read and write near address 0
#: machine --ram 4M --swap 4M
#: stdout SwapTotal, KiB: 4092
#: stdout twice: EBUSY
#: stdout opened for oneself alone: EBUSY
#: stdout off: 0
#: stdout opened for oneself alone: 3
#: stdout SwapTotal, KiB: 0
#: stdout off again: EINVAL
#: stdout with priority 5: 0
#: stdout /dev/vdb                                partition	4092		0		5
#: stdout unknown flag: EINVAL
#: stdout no such device: ENOENT
#: stdout a file without a header: EINVAL
#: stdout a device of characters: EINVAL
#: stdout a bad pointer: EFAULT
#: stdout off, as a user: EPERM
#: stdout on, as a user: EPERM
        .include "../show.s"
        .include "../map.s"
        .include "../proc.s"
        string disk, "/dev/vdb"
        string nothing, "/dev/nothing"
        string null, "/dev/null"
        string file, "swap.tmp"
        .macro on path:req, flags=0
        la a0, \path
        li a1, \flags
        call swapon
        .endm
        .macro off path:req
        la a0, \path
        call swapoff
        .endm
        .macro alone
        la a0, disk
        li a1, O_RDWR | O_EXCL
        call open
        mv s0, a0
        show "opened for oneself alone"
        .endm
        .macro total
        figure "/proc/meminfo", "SwapTotal:"
        show "SwapTotal, KiB"
        .endm
        .globl main
main:
        addi sp, sp, -16
        sd ra, 8(sp)
        total
        on disk
        show "twice"
        alone
        off disk
        show "off"
        alone
        mv a0, s0
        call close
        total
        off disk
        show "off again"
        on disk, SWAP_FLAG_PREFER | 5
        show "with priority 5"
        string swaps, "/proc/swaps"
        la a0, swaps
        call read_file
        li a1, '\n'
        call strchr
        addi a0, a0, 1
        li a1, 1
        call fputs
        li a0, 1
        call fflush
        on disk, 1 << 24
        show "unknown flag"
        on nothing
        show "no such device"
        la a0, file
        li a1, 0600
        call creat
        on file
        show "a file without a header"
        on null
        show "a device of characters"
        li a0, 8
        li a1, 0
        call swapon
        show "a bad pointer"
        li a0, 1000
        call setuid
        off disk
        show "off, as a user"
        on disk
        show "on, as a user"
        li a0, 0
        ld ra, 8(sp)
        addi sp, sp, 16
        ret
