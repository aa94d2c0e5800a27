# Of a mapped file's last page, the bytes behind the end read as zeroes; whole pages behind the end give SIGBUS. Growing
# the file brings them in, truncating it takes them away again.
#: under bare segments: fail files cannot be mapped to be shared
#: stdout last byte of the file: 120
#: stdout behind it, same page: 0
#: stdout next page: SIGBUS ADRERR
#: stdout next page, store: SIGBUS ADRERR
#: stdout next page of the grown file: 0
#: stdout store there: 0
#: stdout first page of the empty file: SIGBUS ADRERR
#: stdout grown once more: 0
        .include "../show.s"
        .include "../access.s"
        .include "../map.s"
        .equ SIZE, 100
        string name, "sigbus.tmp"
        string x, "x"
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
        la a1, x
        li a2, 1
        li a3, SIZE - 1
        call pwrite64
        map_file s0, 2 * PAGE, RW, MAP_SHARED
        mv s1, a0
        li t0, PAGE
        add s2, s1, t0

        addi a0, s1, SIZE - 1
        call try_load
        show_access "last byte of the file"
        addi a0, s1, SIZE
        call try_load
        show_access "behind it, same page"
        mv a0, s2
        call try_load
        show_access "next page"
        addi a0, s2, 8
        call try_store
        show_access "next page, store"
        li a1, PAGE + 1
        call resize
        mv a0, s2
        call try_load
        show_access "next page of the grown file"
        mv a0, s2
        li a1, 7
        call try_store
        show_access "store there"
        li a1, 0
        call resize
        mv a0, s1
        call try_load
        show_access "first page of the empty file"
        li a1, 2 * PAGE
        call resize
        mv a0, s2
        call try_load
        show_access "grown once more"
        li a0, 0
        ld ra, 8(sp)
        addi sp, sp, 16
        ret

resize:
        mv a0, s0
        tail ftruncate
