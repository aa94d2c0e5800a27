# Attaching System V memory: addresses are rounded down only with SHM_RND, taken only with SHM_REMAP, and SHM_RDONLY gives no
# right to write. shmget knows when a segment is too small, there already, or not there.
#: only qemu-riscv64 places segments by itself
#: under segments: fail shmat takes nobody's place
#: under bare: fail shared memory lies at one address for all
#: stdout made: 0
#: stdout made again, exclusively: EEXIST
#: stdout larger than it is: EINVAL
#: stdout no such key: ENOENT
#: stdout no size: EINVAL
#: stdout at no page: EINVAL
#: stdout rounded down: 0
#: stdout where something is: EINVAL
#: stdout in its place: 0
#: stdout read-only, read: 0
#: stdout read-only, written: SIGSEGV ACCERR
#: stdout no such segment: EINVAL
#: stdout detached in the middle: EINVAL
        .include "../show.s"
        .include "../access.s"
        .include "../map.s"
        .equ KEY, 0x52
        .equ BASE, 0x300000000
        .macro get key:req, size:req, flags:req
        li a0, \key
        li a1, \size
        li a2, \flags
        call shmget
        .endm
        .macro attach address:req, flags:req
        mv a0, s0
        li a1, \address
        li a2, \flags
        call shmat
        .endm
        .globl main
main:
        addi sp, sp, -16
        sd ra, 8(sp)
        get KEY, 2 * PAGE, IPC_CREAT | 0600
        mv s0, a0
        sltz a0, a0
        show "made"
        get KEY, PAGE, IPC_CREAT | IPC_EXCL | 0600
        show "made again, exclusively"
        get KEY, 3 * PAGE, 0
        show "larger than it is"
        get KEY + 1, PAGE, 0
        show "no such key"
        get KEY + 1, 0, IPC_CREAT | 0600
        show "no size"
        attach BASE + 8, 0
        show "at no page"
        attach BASE + 8, SHM_RND
        li t0, BASE
        sub a0, a0, t0
        show "rounded down"
        attach BASE, 0
        show "where something is"
        attach BASE, SHM_REMAP | SHM_RDONLY
        li t0, BASE
        sub a0, a0, t0
        show "in its place"
        li a0, BASE
        call try_load
        show_access "read-only, read"
        li a0, BASE
        li a1, 1
        call try_store
        show_access "read-only, written"
        li a0, 12345
        li a1, 0
        li a2, 0
        call shmat
        show "no such segment"
        li a0, BASE + PAGE
        call shmdt
        show "detached in the middle"
        mv a0, s0
        li a1, IPC_RMID
        li a2, 0
        call shmctl
        li a0, 0
        ld ra, 8(sp)
        addi sp, sp, 16
        ret
