# Bytes that a mapping writes behind the end of its file, in the file's last page, are seen by whoever shares the page, but
# they are no part of the file: read does not find them, nor does the file get longer.
#: under bare segments: fail files cannot be mapped to be shared
#: stdout stored behind the end: 0
#: stdout seen through the mapping: 74
#: stdout msync: 0
#: stdout size of the file: 10
#: stdout bytes that read gives: 10
#: stdout bytes that write reads from there: 4
        .include "../show.s"
        .include "../access.s"
        .include "../map.s"
        string name, "tail.tmp"
        string ten, "0123456789"
        value state, SIZEOF_stat
        value buffer, 64
        value ends
        .globl main
main:
        addi sp, sp, -16
        sd ra, 8(sp)
        la a0, name
        li a1, O_CREAT | O_TRUNC | O_RDWR
        li a2, 0600
        call open
        mv s0, a0
        la a0, name
        call unlink
        mv a0, s0
        la a1, ten
        li a2, 10
        call write
        map_file s0, PAGE, RW, MAP_SHARED
        mv s1, a0
        addi a0, s1, 20
        li a1, 'J'
        call try_store
        show_access "stored behind the end"
        map_file s0, PAGE, PROT_READ, MAP_SHARED
        lbu a0, 20(a0)
        show "seen through the mapping"
        mv a0, s1
        li a1, PAGE
        li a2, MS_SYNC
        call msync
        show "msync"
        mv a0, s0
        la a1, state
        call fstat
        ld a0, state + stat_st_size
        show "size of the file"
        mv a0, s0
        la a1, buffer
        li a2, 64
        li a3, 0
        call pread64
        show "bytes that read gives"
        la a0, ends
        call pipe
        lw a0, ends + 4
        addi a1, s1, 18
        li a2, 4
        call write
        show "bytes that write reads from there"
        li a0, 0
        ld ra, 8(sp)
        addi sp, sp, 16
        ret
