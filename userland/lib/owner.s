# Owners as a command line has them: names of /etc/passwd and /etc/group, or numbers.
        .include "abi.s"
        .include "frame.s"
        .equ NUMBER_FIELD, 2            # of a line "name:x:uid:gid:..." or "name:x:gid:..."
        .equ GROUP_FIELD, 3

        .text

# user_id(name: a0) -> a0 = the uid of a name or a number, or -1
        .globl user_id
user_id:
        la   a1, .Lpasswd
        li   a2, NUMBER_FIELD
        j    .Lid

# group_id(name: a0) -> a0 = the gid of a name or a number, or -1
        .globl group_id
group_id:
        la   a1, .Lgroup
        li   a2, NUMBER_FIELD
        # fall through

# id(name: a0, path: a1, field: a2) -> a0 = a name's number, or what the name is as a number, or -1
.Lid:   enter 1
        mv   s0, a0
        call .Lfind
        bgez a0, 1f
        mv   a0, s0
        call parse_number
        bnez a1, 2f
        srli t0, a0, 32                 # also of negative numbers
        beqz t0, 1f
2:      li   a0, -1
1:      leave 1

# find(name: a0, path: a1, field: a2) -> a0 = the number in that field of the name's line, or -1
# s0 name, s1 its length, s2 the file, s3 where we are in it, s4 field
.Lfind: enter 5
        mv   s0, a0
        mv   s3, a1
        mv   s4, a2
        call strlen
        mv   s1, a0
        mv   a0, s3
        call read_file
        mv   s2, a0
        mv   s3, a0
        li   a0, -1
        bltz s2, 5f
1:      lbu  t0, 0(s3)
        beqz t0, 4f
        mv   a0, s3
        mv   a1, s0
        mv   a2, s1
        call strncmp
        bnez a0, 3f
        add  t0, s3, s1
        lbu  t1, 0(t0)
        li   t2, ':'
        bne  t1, t2, 3f
        mv   a0, t0
        li   t3, 1                      # number of the field that follows
2:      lbu  t1, 0(a0)
        addi a0, a0, 1
        beqz t1, 3f
        bne  t1, t2, 2b
        beq  t3, s4, 6f
        addi t3, t3, 1
        j    2b
3:      mv   a0, s3                     # the next line
        li   a1, '\n'
        call strchrnul
        lbu  t0, 0(a0)
        addi s3, a0, 1
        bnez t0, 1b
4:      li   s4, -1
        j    7f
6:      call atol
        mv   s4, a0
7:      mv   a0, s2
        call free
        mv   a0, s4
5:      leave 5

# parse_owner(text: a0, user: a1, group: a2) -> a0 = 0, or the address of a message. "user", "user:group", "user:" (the
# group that he logs in with), ":group", also with a period for the colon; what is not named stays -1 in the words
# s0 text (a copy), s1 user, s2 group, s3 what is behind the colon
        .globl parse_owner
parse_owner:
        enter 4
        mv   s1, a1
        mv   s2, a2
        li   t0, -1
        sd   t0, 0(s1)
        sd   t0, 0(s2)
        call xstrdup
        mv   s0, a0
        li   a1, ':'
        call strchr
        mv   s3, a0
        bnez a0, 1f
        mv   a0, s0                     # a name with a period in it is a name first
        call user_id
        sd   a0, 0(s1)
        bgez a0, 5f
        mv   a0, s0
        li   a1, '.'
        call strchr
        mv   s3, a0
        beqz a0, 3f
1:      sb   zero, 0(s3)
        addi s3, s3, 1
        lbu  t0, 0(s0)
        beqz t0, 2f
        mv   a0, s0
        call user_id
        sd   a0, 0(s1)
        bltz a0, 3f
2:      lbu  t0, 0(s3)
        beqz t0, 4f
        mv   a0, s3
        call group_id
        sd   a0, 0(s2)
        la   s3, .Lbad_group
        bltz a0, 6f
        j    5f
4:      lbu  t0, 0(s0)                  # "user:"
        beqz t0, 5f
        mv   a0, s0
        la   a1, .Lpasswd
        li   a2, GROUP_FIELD
        call .Lfind
        sd   a0, 0(s2)
        la   s3, .Lbad_spec
        bltz a0, 6f
5:      li   s3, 0
        j    6f
3:      la   s3, .Lbad_user
6:      mv   a0, s0
        call free
        mv   a0, s3
        leave 4

        .section .rodata
.Lpasswd:       .asciz "/etc/passwd"
.Lgroup:        .asciz "/etc/group"
.Lbad_user:     .asciz "invalid user"
.Lbad_group:    .asciz "invalid group"
.Lbad_spec:     .asciz "invalid spec"
