# shm_open makes a file in /dev/shm: processes that open the same name map the same memory, wherever they map it.
#: only how large /dev/shm is differs from system to system
#: under bare segments: fail files cannot be mapped to be shared
#: stdout no such name: ENOENT
#: stdout a name with a slash: EINVAL
#: stdout no name: EINVAL
#: stdout made: 3
#: stdout made again, exclusively: EEXIST
#: stdout sized: 0
#: stdout the child loads: 77
#: stdout the parent loads: 78
#: stdout type of the file system: 0x1021994
#: stdout half of memory: 1
#: stdout unlinked: 0
#: stdout unlinked again: ENOENT
#: stdout still there: 78
        .include "../show.s"
        .include "../map.s"
        string name, "/numbers"
        string slash, "a/b"
        string slashes, "//"
        string directory, "/dev/shm"
        value system, SIZEOF_statfs
        value info, SIZEOF_sysinfo
        .globl main
main:
        addi sp, sp, -16
        sd ra, 8(sp)
        la a0, name
        li a1, O_RDWR
        call shm_open
        show "no such name"
        la a0, slash
        li a1, O_RDWR | O_CREAT
        li a2, 0600
        call shm_open
        show "a name with a slash"
        la a0, slashes
        call shm_unlink
        show "no name"
        la a0, name
        li a1, O_RDWR | O_CREAT | O_EXCL
        li a2, 0600
        call shm_open
        mv s0, a0
        show "made"
        la a0, name
        li a1, O_RDWR | O_CREAT | O_EXCL
        li a2, 0600
        call shm_open
        show "made again, exclusively"
        mv a0, s0
        li a1, 2 * PAGE
        call ftruncate
        show "sized"
        map_file s0, 2 * PAGE, RW, MAP_SHARED
        mv s1, a0
        li t0, 77
        li s2, PAGE
        add s2, s2, s1
        sd t0, 0(s2)
        call fork
        beqz a0, child
        li a0, 0
        call wait
        ld a0, 0(s2)
        show "the parent loads"

        la a0, directory
        la a1, system
        call statfs
        la t0, system
        ld a0, statfs_f_type(t0)
        show_hex "type of the file system"
        la a0, info
        call sysinfo
        la t0, info
        ld t1, sysinfo_totalram(t0)
        la t0, system
        ld t2, statfs_f_blocks(t0)
        slli t2, t2, 13                 # pages of 4096, twice
        xor a0, t1, t2
        seqz a0, a0
        show "half of memory"

        la a0, name
        call shm_unlink
        show "unlinked"
        la a0, name
        call shm_unlink
        show "unlinked again"
        ld a0, 0(s2)
        show "still there"
        li a0, 0
        ld ra, 8(sp)
        addi sp, sp, 16
        ret

child:  la a0, name
        li a1, O_RDWR
        call shm_open
        mv s0, a0
        map_file s0, PAGE, RW, MAP_SHARED, PAGE
        ld t0, 0(a0)
        mv s1, a0
        mv a0, t0
        show "the child loads"
        li t0, 78
        sd t0, 0(s1)
        li a0, 0
        call _exit
