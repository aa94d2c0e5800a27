# Reading a directory into entries, sorting them, and the directories below.
        .include "abi.s"
        .include "library.s"
        .include "ls-entry.s"
        .text

# new_entry(name: a0, path: a1) -> a0 = entry, or 0 (a message has been given). Both strings stay where they are.
        .globl new_entry
new_entry:
        addi sp, sp, -32
        sd ra, 24(sp)
        sd s0, 16(sp)                   # entry
        sd a0, 8(sp)
        sd a1, 0(sp)
        li a0, SIZEOF_entry
        call xmalloc
        mv s0, a0
        ld t0, 8(sp)
        sd t0, entry_name(s0)
        ld a0, 0(sp)
        sd a0, entry_path(s0)
        addi a1, s0, entry_stat
        call lstat
        mv a1, a0
        mv a0, s0
        beqz a1, 1f
        ld a0, 0(sp)
        call warn
        mv a0, s0
        call free
        li a0, 0
1:      ld ra, 24(sp)
        ld s0, 16(sp)
        addi sp, sp, 32
        ret

# list(path: a0, named: a1): shows a directory, with its name above it when named is 1; with -R those below it
# s0 path, s1 index of a name or an entry
        .globl list
list:
        addi sp, sp, -96
        sd ra, 88(sp)
        sd s0, 80(sp)
        sd s1, 72(sp)
        sd a1, 56(sp)
        sd zero, vector_data(sp)        # names, at sp
        sd zero, vector_count(sp)
        sd zero, vector_capacity(sp)
        sd zero, 24+vector_data(sp)     # entries, at sp + 24
        sd zero, 24+vector_count(sp)
        sd zero, 24+vector_capacity(sp)
        mv s0, a0
        call .Ldot_names
        mv a0, s0
        mv a1, sp
        call list_directory
        beqz a0, 1f
        mv a1, a0
        mv a0, s0
        call warn
        call .Ltrouble
        j .Llist_end
1:      ld t0, 56(sp)
        beqz t0, 2f
        la a0, .Lheading
        mv a1, s0
        call printf
2:      li s1, 0
3:      ld t0, vector_count(sp)
        bgeu s1, t0, 5f
        ld t0, vector_data(sp)
        slli t1, s1, 3
        add t0, t0, t1
        ld a0, 0(t0)
        addi s1, s1, 1
        call .Lis_wanted
        beqz a0, 3b
        mv a1, a0
        sd a0, 64(sp)
        mv a0, s0
        call path_join
        mv a1, a0
        ld a0, 64(sp)
        call new_entry
        beqz a0, 4f
        mv a1, a0
        addi a0, sp, 24
        call vector_push
        j 3b
4:      call .Ltrouble
        j 3b
5:      addi a0, sp, 24
        call sort_entries
        ld t0, options+LONG
        ld t1, options+ROOM
        or t0, t0, t1
        beqz t0, 6f
        addi a0, sp, 24
        call show_total
6:      addi a0, sp, 24
        call show_entries
        ld t0, options+RECURSIVE
        beqz t0, .Llist_end
        li s1, 0
7:      ld t0, 24+vector_count(sp)
        bgeu s1, t0, .Llist_end
        ld t0, 24+vector_data(sp)
        slli t1, s1, 3
        add t0, t0, t1
        ld a0, 0(t0)
        addi s1, s1, 1
        call .Lis_below
        beqz a0, 7b
        sd a0, 64(sp)
        li a0, '\n'
        call putchar
        ld a0, 64(sp)
        li a1, 1
        call list
        j 7b
.Llist_end:
        addi a0, sp, 24
        call .Lfree_entries
        mv a0, sp
        call vector_free_all
        ld ra, 88(sp)
        ld s0, 80(sp)
        ld s1, 72(sp)
        addi sp, sp, 96
        ret

# trouble(): something below the command line could not be read
.Ltrouble:
        la t0, status
        ld t1, 0(t0)
        bnez t1, 1f
        li t1, 1
        sd t1, 0(t0)
1:      ret

# dot_names(): with -a, . and .. come to the vector at the caller's sp, which list_directory leaves out
.Ldot_names:
        ld t0, options+ALL
        beqz t0, 1f
        mv t1, sp
        addi sp, sp, -16
        sd ra, 8(sp)
        sd t1, 0(sp)
        la a0, .Ldot
        call xstrdup
        mv a1, a0
        ld a0, 0(sp)
        call vector_push
        la a0, .Ldot_dot
        call xstrdup
        mv a1, a0
        ld a0, 0(sp)
        call vector_push
        ld ra, 8(sp)
        addi sp, sp, 16
1:      ret

# is_wanted(name: a0) -> a0 = name, or 0 for a hidden one without -a and -A
.Lis_wanted:
        lbu t0, 0(a0)
        li t1, '.'
        bne t0, t1, 1f
        ld t0, options+ALL
        ld t1, options+ALMOST_ALL
        or t0, t0, t1
        bnez t0, 1f
        li a0, 0
1:      ret

# is_below(entry: a0) -> a0 = its path when it is a directory and neither . nor .., else 0
.Lis_below:
        addi sp, sp, -16
        sd ra, 8(sp)
        sd s0, 0(sp)
        mv s0, a0
        lw t0, entry_stat+stat_st_mode(s0)
        li t1, S_IFMT
        and t0, t0, t1
        li t1, S_IFDIR
        bne t0, t1, 1f
        ld a0, entry_name(s0)
        la a1, .Ldot
        call strcmp
        beqz a0, 2f
        ld a0, entry_name(s0)
        la a1, .Ldot_dot
        call strcmp
        beqz a0, 2f
        ld a0, entry_path(s0)
        j 2f
1:      li a0, 0
2:      ld ra, 8(sp)
        ld s0, 0(sp)
        addi sp, sp, 16
        ret

# free_entries(vector: a0): entries and their paths; the names belong to somebody else
.Lfree_entries:
        addi sp, sp, -32
        sd ra, 24(sp)
        sd s0, 16(sp)
        sd s1, 8(sp)
        mv s0, a0
1:      ld t0, vector_count(s0)
        beqz t0, 2f
        mv a0, s0
        call vector_pop
        mv s1, a0
        ld a0, entry_path(s1)
        call free
        mv a0, s1
        call free
        j 1b
2:      mv a0, s0
        ld ra, 24(sp)
        ld s0, 16(sp)
        ld s1, 8(sp)
        addi sp, sp, 32
        j vector_free

# sort_entries(vector: a0): as the options say
        .globl sort_entries
sort_entries:
        ld t0, options+UNSORTED
        bnez t0, 1f
        ld a1, vector_count(a0)
        ld a0, vector_data(a0)
        la a2, .Lcompare
        j sort_pointers
1:      ret

# compare(a: a0, b: a1) -> a0 < 0, 0, > 0
.Lcompare:
        ld t0, options+BACKWARDS
        beqz t0, 1f
        mv t0, a0
        mv a0, a1
        mv a1, t0
1:      ld t0, options+BY_TIME
        bnez t0, 2f
        ld t0, options+BY_SIZE
        bnez t0, 3f
4:      ld a0, entry_name(a0)
        ld a1, entry_name(a1)
        j strcmp
2:      ld t0, entry_stat+stat_st_mtime(a0)
        ld t1, entry_stat+stat_st_mtime(a1)
        bne t0, t1, 5f
        ld t0, entry_stat+stat_st_mtime_nsec(a0)
        ld t1, entry_stat+stat_st_mtime_nsec(a1)
        beq t0, t1, 4b
        j 5f
3:      ld t0, entry_stat+stat_st_size(a0)
        ld t1, entry_stat+stat_st_size(a1)
        beq t0, t1, 4b
5:      slt t2, t1, t0                  # the newer, the larger comes first
        slt t3, t0, t1
        sub a0, t3, t2
        ret

        .section .rodata
.Lheading:      .asciz "%s:\n"
.Ldot:          .asciz "."
.Ldot_dot:      .asciz ".."
