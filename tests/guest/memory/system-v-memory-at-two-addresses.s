# Two processes attach one System V segment at different addresses; what either stores, the other loads. The segment stays
# after its removal until the last of them has gone, and nobody new finds it by its key.
#: only qemu-riscv64 has segments at other addresses than it says; Linux 6.1 itself does what is expected here
#: under bare: fail there is no fork
#: under segments: fail shared memory begins where a segment does
#: stdout attached to: 0
#: stdout addresses differ: 1
#: stdout the child finds: 11
#: stdout attachments seen by the child: 2
#: stdout the parent finds: 22
#: stdout attachments after the child's end: 1
#: stdout removed: 0
#: stdout mode has SHM_DEST: 1
#: stdout by its key: ENOENT
#: stdout still readable: 22
#: stdout detached: 0
#: stdout detached again: EINVAL
#: stdout its state now: EINVAL
        .include "../show.s"
        .include "../map.s"
        .equ KEY, 0x51
        value state, SIZEOF_shmid_ds
        .globl main
main:
        addi sp, sp, -16
        sd ra, 8(sp)
        li a0, KEY
        li a1, 2 * PAGE
        li a2, IPC_CREAT | 0600
        call shmget
        mv s0, a0
        show "attached to"
        mv a0, s0
        li a1, 0
        li a2, 0
        call shmat
        mv s1, a0
        li t0, 11
        li t1, PAGE
        add t1, t1, s1
        sd t0, 0(t1)
        call fork
        beqz a0, child
        li a0, 0
        call wait
        ld a0, 0(s1)
        show "the parent finds"
        call attachments
        show "attachments after the child's end"
        mv a0, s0
        li a1, IPC_RMID
        li a2, 0
        call shmctl
        show "removed"
        call attachments
        lwu a0, shmid_ds_perm_mode(a1)
        andi a0, a0, SHM_DEST
        snez a0, a0
        show "mode has SHM_DEST"
        li a0, KEY
        li a1, 0
        li a2, 0
        call shmget
        show "by its key"
        ld a0, 0(s1)
        show "still readable"
        mv a0, s1
        call shmdt
        show "detached"
        mv a0, s1
        call shmdt
        show "detached again"
        mv a0, s0
        li a1, IPC_STAT
        la a2, state
        call shmctl
        show "its state now"
        li a0, 0
        ld ra, 8(sp)
        addi sp, sp, 16
        ret

# The inherited attachment goes; another one is made elsewhere.
child:  mv a0, s1
        call shmdt
        li t0, PAGE * 100
        sub a1, s1, t0
        mv a0, s0
        li a2, 0
        call shmat
        mv s2, a0
        sub a0, s1, s2
        snez a0, a0
        show "addresses differ"
        li t1, PAGE
        add t1, t1, s2
        ld a0, 0(t1)
        show "the child finds"
        call attachments
        show "attachments seen by the child"
        li t0, 22
        sd t0, 0(s2)
        li a0, 0
        call _exit

# attachments() -> a0 = how many the segment s0 has, a1 = its state
attachments:
        addi sp, sp, -16
        sd ra, 8(sp)
        mv a0, s0
        li a1, IPC_STAT
        la a2, state
        call shmctl
        la a1, state
        ld a0, shmid_ds_shm_nattch(a1)
        ld ra, 8(sp)
        addi sp, sp, 16
        ret
