# What a mapping has been told to be, VmFlags of /proc/self/smaps says in two letters each.
#: only qemu-riscv64 does not tell
#: under bare segments: fail there is no smaps
#: stdout private: rd wr mr mw me ac 
#: stdout after MADV_RANDOM: rd wr mr mw me rr ac 
#: stdout after MADV_SEQUENTIAL: rd wr mr mw me sr ac 
#: stdout after MADV_NORMAL: rd wr mr mw me ac 
#: stdout after MADV_DONTFORK: rd wr mr mw me dc ac 
#: stdout after MADV_DOFORK: rd wr mr mw me ac 
#: stdout after MADV_DONTDUMP: rd wr mr mw me ac dd 
#: stdout after MADV_DODUMP: rd wr mr mw me ac 
#: stdout after MADV_WIPEONFORK: rd wr mr mw me ac wf 
#: stdout after MADV_KEEPONFORK: rd wr mr mw me ac 
#: stdout locked: rd wr mr mw me lo ac 
#: stdout read-only: rd mr mw me lo ac 
#: stdout shared, without reserve: rd wr sh mr mw me ms nr 
        .include "../show.s"
        .include "../map.s"
        .include "../resident.s"
        .include "../proc.s"
        .include "../smaps.s"
        .macro after advice:req
        advise s0, PAGE, \advice
        show_flags "after \advice", s0
        .endm
        .globl main
main:
        addi sp, sp, -16
        sd ra, 8(sp)
        map 0x400000000, PAGE, RW, MAP_PRIVATE | MAP_FIXED
        mv s0, a0
        show_flags "private", s0
        after MADV_RANDOM
        after MADV_SEQUENTIAL
        after MADV_NORMAL
        after MADV_DONTFORK
        after MADV_DOFORK
        after MADV_DONTDUMP
        after MADV_DODUMP
        after MADV_WIPEONFORK
        after MADV_KEEPONFORK
        mv a0, s0
        li a1, PAGE
        call mlock
        show_flags "locked", s0
        mv a0, s0
        li a1, PAGE
        li a2, PROT_READ
        call mprotect
        show_flags "read-only", s0
        map 0x500000000, PAGE, RW, MAP_SHARED | MAP_FIXED | MAP_NORESERVE
        show_flags "shared, without reserve", a0
        li a0, 0
        ld ra, 8(sp)
        addi sp, sp, 16
        ret
