# A map from files, known by device and inode number, to words: which hard links have been met. Open addressing.
        .include "abi.s"
        .include "library.s"
        .include "frame.s"
        .equ slot_device, 0
        .equ slot_inode, 8
        .equ slot_used, 16
        .equ slot_word, 24
        .equ SLOT_SHIFT, 5
        .equ FIRST_SLOTS, 64

        .text

# file_map_at(map: a0, stat: a1) -> a0 = address of the file's word until the next call, 0 at first; a1 = 1 when the file
# is new
# s0 map, s1 device, s2 inode
        .globl file_map_at
file_map_at:
        enter 3
        mv   s0, a0
        ld   s1, stat_st_dev(a1)
        ld   s2, stat_st_ino(a1)
        ld   t0, file_map_count(s0)     # at least a quarter stays free
        ld   t1, file_map_slots(s0)
        slli t2, t0, 2
        slli t3, t1, 1
        add  t3, t3, t1
        bltu t2, t3, 1f
        call .Lgrow
1:      mv   a1, s1
        mv   a2, s2
        call .Lprobe
        ld   t0, slot_used(a0)
        xori a1, t0, 1
        bnez t0, 2f
        li   t0, 1
        sd   t0, slot_used(a0)
        sd   s1, slot_device(a0)
        sd   s2, slot_inode(a0)
        ld   t0, file_map_count(s0)
        addi t0, t0, 1
        sd   t0, file_map_count(s0)
2:      addi a0, a0, slot_word
        leave 3

# probe(device: a1, inode: a2) -> a0 = its slot, or the free one where it goes
.Lprobe:
        ld   t0, file_map_slots(s0)
        addi t0, t0, -1                 # slots are a power of two
        li   t1, 0x9e3779b1
        mul  t1, t1, a2
        add  t1, t1, a1
        srli t2, t1, 15
        xor  t1, t1, t2
        ld   t3, file_map_data(s0)
1:      and  t1, t1, t0
        slli a0, t1, SLOT_SHIFT
        add  a0, a0, t3
        ld   t2, slot_used(a0)
        beqz t2, 2f
        ld   t2, slot_inode(a0)
        bne  t2, a2, 3f
        ld   t2, slot_device(a0)
        beq  t2, a1, 2f
3:      addi t1, t1, 1
        j    1b
2:      ret

# grow(): twice as many slots
# s1 old slot, s2 old slots left
.Lgrow: enter 4
        ld   s1, file_map_data(s0)
        mv   s3, s1
        ld   s2, file_map_slots(s0)
        slli t0, s2, 1
        bnez t0, 1f
        li   t0, FIRST_SLOTS
1:      sd   t0, file_map_slots(s0)
        slli a0, t0, SLOT_SHIFT
        call xmalloc
        sd   a0, file_map_data(s0)
        ld   a2, file_map_slots(s0)
        slli a2, a2, SLOT_SHIFT
        li   a1, 0
        call memset
2:      beqz s2, 4f
        ld   t0, slot_used(s1)
        beqz t0, 3f
        ld   a1, slot_device(s1)
        ld   a2, slot_inode(s1)
        call .Lprobe
        mv   a1, s1
        li   a2, 1 << SLOT_SHIFT
        call memcpy
3:      addi s1, s1, 1 << SLOT_SHIFT
        addi s2, s2, -1
        j    2b
4:      mv   a0, s3
        call free
        leave 4
