# With panic_on_oom nobody is killed when memory is out: the whole computer stops, and says why.
#
#: machine --ram 2M --swap 0
#: only the end of a whole computer
#: under segments: fail memory is given out by mmap, which is refused: nobody is killed
#: stderr...
#: stderr~ *Kernel panic - not syncing: Out of memory: system-wide panic_on_oom is enabled*
#: stderr...
#: exit 137
        .include "abi.s"
        .equ PAGE, 4096

        .text
        .globl main
main:
        la   a0, setting
        li   a1, O_WRONLY
        li   a2, 0
        call open
        la   a1, one
        li   a2, 1
        call write
1:      li   a0, 0
        li   a1, PAGE
        li   a2, PROT_READ | PROT_WRITE
        li   a3, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE
        li   a4, -1
        li   a5, 0
        call mmap
        bgez a0, 1b
        li   a0, 1
        call exit

        .section .rodata
setting:        .asciz "/proc/sys/vm/panic_on_oom"
one:            .ascii "1"
