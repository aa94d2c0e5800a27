# memfd_create makes a file that is in no directory: read, write, mmap and ftruncate work on it, fork and descriptors hand it
# on, and it goes with the last of them.
#: under bare segments: fail files cannot be mapped to be shared
#: stdout made: 3
#: stdout written: 5
#: stdout mapping holds: hello
#: stdout child stores: 0
#: stdout read finds: Jello
#: stdout size after ftruncate: 0
#: stdout links: 0
#: stdout name: /memfd:box (deleted)
#: stdout name too long: EINVAL
#: stdout unknown flag: EINVAL
        .include "../show.s"
        .include "../map.s"
        .include "../proc.s"
        string name, "box"
        string hello, "hello"
        string link, "/proc/self/fd/3"
        value buffer, 64
        value state, SIZEOF_stat
        value long_name, 260
        .globl main
main:
        addi sp, sp, -16
        sd ra, 8(sp)
        la a0, name
        li a1, 0
        call memfd_create
        mv s0, a0
        show "made"
        la a1, hello
        li a2, 5
        call write
        show "written"
        map_file s0, PAGE, RW, MAP_SHARED
        mv s1, a0
        mv a2, a0
        show_string "mapping holds"
        child store
        show "child stores"
        mv a0, s0
        la a1, buffer
        li a2, 16
        li a3, 0
        call pread64
        show_text "read finds", buffer
        mv a0, s0
        li a1, 0
        call ftruncate
        mv a0, s0
        la a1, state
        call fstat
        ld a0, state + stat_st_size
        show "size after ftruncate"
        lw a0, state + stat_st_nlink
        show "links"
        la a0, link
        la a1, buffer
        li a2, 63
        call readlink
        la t0, buffer
        add t0, t0, a0
        sb zero, 0(t0)
        show_text "name", buffer
        la a0, long_name
        li a1, 'x'
        li a2, 250
        call memset
        li a1, 0
        call memfd_create
        show "name too long"
        la a0, name
        li a1, 0x100
        call memfd_create
        show "unknown flag"
        li a0, 0
        ld ra, 8(sp)
        addi sp, sp, 16
        ret

store:  li t0, 'J'
        sb t0, 0(s1)
        li a0, 0
        ret
