# Below vm.mmap_min_addr (here 32 KiB) nothing is mapped for a user, so that a null pointer faults: not by MAP_FIXED, and a hint goes
# elsewhere. User 0 may have even page 0.
#: only qemu-riscv64 leaves the decision to its host
#: under segments: fail a program can read and write near address 0
#: under bare: fail page 0 is no memory
#: stdout vm.mmap_min_addr: 32768
#: stdout user 0, at 0: 0
#: stdout load from 8: 0
#: stdout a user, at 0: EPERM
#: stdout a user, just below: EPERM
#: stdout a user, with a hint of 4096: 32768
#: stdout a user, right there: EEXIST
        .include "../show.s"
        .include "../access.s"
        .include "../map.s"
        .include "../proc.s"
        .equ LEAST, 32768
        .globl main
main:
        addi sp, sp, -16
        sd ra, 8(sp)
        put "/proc/sys/vm/mmap_min_addr", "32768"
        get "/proc/sys/vm/mmap_min_addr"
        show_string "vm.mmap_min_addr"
        map 0, PAGE, RW, MAP_PRIVATE | MAP_FIXED
        show "user 0, at 0"
        li a0, 8
        call try_load
        show_access "load from 8"
        li a0, 0
        li a1, PAGE
        call munmap
        li a0, 1000
        call setuid
        map 0, PAGE, RW, MAP_PRIVATE | MAP_FIXED
        show "a user, at 0"
        map LEAST - PAGE, PAGE, RW, MAP_PRIVATE | MAP_FIXED
        show "a user, just below"
        map 4096, PAGE, RW, MAP_PRIVATE
        show "a user, with a hint of 4096"
        map LEAST, PAGE, RW, MAP_PRIVATE | MAP_FIXED_NOREPLACE
        show "a user, right there"
        li a0, 0
        ld ra, 8(sp)
        addi sp, sp, 16
        ret
