# Names of users and groups, from /etc/passwd and /etc/group. The lines of both begin "name:password:number:".
        .include "abi.s"
        .equ NAME_SIZE, 32              # useradd(8) allows no longer names

        .equ cached_number, 0           # the last answer; ls asks the same question for each file
        .equ cached_state, 8            # 0: none, 1: found, 2: not found
        .equ cached_name, 16
        .equ SIZEOF_cached, 16 + NAME_SIZE

        .bss
        .balign 8
.Luser:         .zero SIZEOF_cached
.Lgroup:        .zero SIZEOF_cached

        .text

# user_name(uid: a0) -> a0 = the name, until the next call, or 0
        .globl user_name
user_name:
        la a1, .Lpasswd
        la a2, .Luser
        j .Llookup

# group_name(gid: a0) -> a0 = the name, until the next call, or 0
        .globl group_name
group_name:
        la a1, .Lgroups
        la a2, .Lgroup
        # fall through

# lookup(number: a0, path: a1, cached: a2) -> a0 = name or 0
.Llookup:
        ld t0, cached_state(a2)
        beqz t0, 1f
        ld t1, cached_number(a2)
        bne t1, a0, 1f
        addi t0, t0, -1
        addi a0, a2, cached_name
        beqz t0, 2f
        li a0, 0
2:      ret
1:      addi sp, sp, -48
        sd ra, 40(sp)
        sd s0, 32(sp)                   # cached
        sd s1, 24(sp)                   # the file
        sd s2, 16(sp)                   # where we are in it
        mv s0, a2
        sd a0, cached_number(s0)
        li t0, 2
        sd t0, cached_state(s0)
        mv a0, a1
        call read_file
        bltz a0, 6f
        mv s1, a0
        mv s2, a0
3:      lbu t0, 0(s2)
        beqz t0, 5f
        mv a0, s2
        call .Lthird_field
        ld t0, cached_number(s0)
        beq a0, t0, 4f
        mv a0, s2                       # the next line
        li a1, '\n'
        call strchrnul
        lbu t0, 0(a0)
        addi s2, a0, 1
        bnez t0, 3b
        j 5f
4:      li t0, 1
        sd t0, cached_state(s0)
        mv a0, s2
        li a1, ':'
        call strchrnul
        sub a2, a0, s2
        li t0, NAME_SIZE - 1
        bleu a2, t0, 7f
        mv a2, t0
7:      addi a0, s0, cached_name
        add t0, a0, a2
        sb zero, 0(t0)
        mv a1, s2
        call memcpy
5:      mv a0, s1
        call free
6:      ld a0, cached_number(s0)        # now it is cached
        mv a2, s0
        ld ra, 40(sp)
        ld s0, 32(sp)
        ld s1, 24(sp)
        ld s2, 16(sp)
        addi sp, sp, 48
        j .Llookup

# third_field(line: a0) -> a0 = the number behind its second colon, or -1
.Lthird_field:
        li t0, 2
        li t1, ':'
        li t2, '\n'
1:      lbu t3, 0(a0)
        beqz t3, 2f
        beq t3, t2, 2f
        addi a0, a0, 1
        bne t3, t1, 1b
        addi t0, t0, -1
        bnez t0, 1b
        j atol
2:      li a0, -1
        ret

        .section .rodata
.Lpasswd:       .asciz "/etc/passwd"
.Lgroups:       .asciz "/etc/group"
