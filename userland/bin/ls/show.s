# Showing entries by their names alone: one a line, or in columns.
#
# Columns are filled downwards. Of all numbers of columns the largest is taken whose widths fit the line together.
        .include "abi.s"
        .include "library.s"
        .include "ls-entry.s"
        .equ GAP, 2                     # blanks between columns
        .equ DEFAULT_WIDTH, 80

        .text

# show_entries(vector: a0)
        .globl show_entries
show_entries:
        addi sp, sp, -16
        sd ra, 8(sp)
        sd a0, 0(sp)
        call measure_prefix
        ld ra, 8(sp)
        ld a0, 0(sp)
        addi sp, sp, 16
        ld t0, options+LONG
        bnez t0, show_long
        ld t0, options+COLUMNS
        bnez t0, show_columns
        addi sp, sp, -32
        sd ra, 24(sp)
        sd s0, 16(sp)                   # next entry
        sd s1, 8(sp)                    # entries left
        ld s0, vector_data(a0)
        ld s1, vector_count(a0)
1:      beqz s1, 2f
        ld a0, 0(s0)
        call show_prefix
        ld a0, 0(s0)
        call show_name
        li a0, '\n'
        call putchar
        addi s0, s0, 8
        addi s1, s1, -1
        j 1b
2:      ld ra, 24(sp)
        ld s0, 16(sp)
        ld s1, 8(sp)
        addi sp, sp, 32
        ret

# show_name(entry: a0): with -F and its mark (but a link's target is what -l marks)
        .globl show_name
show_name:
        addi sp, sp, -16
        sd ra, 8(sp)
        sd a0, 0(sp)
        ld a0, entry_name(a0)
        li a1, STDOUT_FILENO
        call fputs
        ld a0, 0(sp)
        call mark
        ld ra, 8(sp)
        addi sp, sp, 16
        beqz a0, 1f
        j putchar
1:      ret

# mark(entry: a0) -> a0 = the character behind its name, or 0
mark:
        lw a0, entry_stat+stat_st_mode(a0)
        li t1, S_IFMT
        and t1, a0, t1
        li t2, S_IFLNK
        bne t1, t2, mark_of_mode
        ld t0, options+LONG
        beqz t0, mark_of_mode
        li a0, 0
        ret

# mark_of_mode(mode: a0) -> a0 = the character that -F puts behind files of this kind, or 0
        .globl mark_of_mode
mark_of_mode:
        mv t0, a0
        ld t1, options+CLASSIFY
        beqz t1, 3f
        li t1, S_IFMT
        and t1, t0, t1
        li a0, '/'
        li t2, S_IFDIR
        beq t1, t2, 4f
        li a0, '@'
        li t2, S_IFLNK
        beq t1, t2, 4f
        li a0, '|'
        li t2, S_IFIFO
        beq t1, t2, 4f
        li a0, '='
        li t2, S_IFSOCK
        beq t1, t2, 4f
        li t2, S_IFREG
        bne t1, t2, 3f
        li a0, '*'
        andi t0, t0, 0111
        bnez t0, 4f
3:      li a0, 0
4:      ret

# width_of(entry: a0) -> a0 = how many characters it takes
width_of:
        addi sp, sp, -64
        sd ra, 56(sp)
        sd s0, 48(sp)                   # entry
        sd s1, 40(sp)                   # width
        mv s0, a0
        ld a0, entry_name(s0)
        call strlen
        mv s1, a0
        mv a0, s0
        call mark
        snez a0, a0
        add s1, s1, a0
        call prefix_width
        add s1, s1, a0
        mv a0, s1
        ld ra, 56(sp)
        ld s0, 48(sp)
        ld s1, 40(sp)
        addi sp, sp, 64
        ret

# show_columns(vector: a0)
# s0 entries, s1 how many, s2 their widths, s3 width of the line, s4 columns, s5 rows, s6 row, s7 index
show_columns:
        addi sp, sp, -80
        sd ra, 72(sp)
        sd s0, 64(sp)
        sd s1, 56(sp)
        sd s2, 48(sp)
        sd s3, 40(sp)
        sd s4, 32(sp)
        sd s5, 24(sp)
        sd s6, 16(sp)
        sd s7, 8(sp)
        ld s0, vector_data(a0)
        ld s1, vector_count(a0)
        beqz s1, .Lcolumns_end
        call line_width
        mv s3, a0
        slli a0, s1, 3
        call xmalloc
        mv s2, a0
        li s7, 0
1:      slli t0, s7, 3                  # the width of each entry
        add t0, t0, s0
        ld a0, 0(t0)
        call width_of
        slli t0, s7, 3
        add t0, t0, s2
        sd a0, 0(t0)
        addi s7, s7, 1
        bltu s7, s1, 1b
        mv s4, s1                       # try as many columns as there are entries, then fewer
2:      li t0, 1
        add s5, s1, s4
        addi s5, s5, -1
        divu s5, s5, s4
        beq s4, t0, 3f
        call columns_width
        bltu a0, s3, 3f
        addi s4, s4, -1
        j 2b
3:      li s6, 0
4:      mv a0, s6
        call show_row
        addi s6, s6, 1
        bltu s6, s5, 4b
        mv a0, s2
        call free
.Lcolumns_end:
        ld ra, 72(sp)
        ld s0, 64(sp)
        ld s1, 56(sp)
        ld s2, 48(sp)
        ld s3, 40(sp)
        ld s4, 32(sp)
        ld s5, 24(sp)
        ld s6, 16(sp)
        ld s7, 8(sp)
        addi sp, sp, 80
        ret

# column_width(first index: a0) -> a0 = the width of the column of s5 entries from there; uses t0-t3
column_width:
        add t0, a0, s5
        bleu t0, s1, 1f
        mv t0, s1
1:      slli t1, a0, 3
        add t1, t1, s2
        slli t0, t0, 3
        add t0, t0, s2
        li a0, 0
2:      bgeu t1, t0, 4f
        ld t2, 0(t1)
        addi t1, t1, 8
        bleu t2, a0, 2b
        mv a0, t2
        j 2b
4:      ret

# columns_width() -> a0 = the width of the line with columns of s5 entries
columns_width:
        mv t6, ra
        li t4, 0                        # index
        li t5, 0                        # sum
1:      mv a0, t4
        call column_width
        add t5, t5, a0
        add t4, t4, s5
        bgeu t4, s1, 2f
        addi t5, t5, GAP
        j 1b
2:      mv a0, t5
        mv ra, t6
        ret

# show_row(row: a0)
show_row:
        addi sp, sp, -32
        sd ra, 24(sp)
        sd s7, 16(sp)                   # index
        sd s8, 8(sp)                    # width of the column
        mv s7, a0
1:      remu t0, s7, s5
        sub a0, s7, t0                  # the column begins there
        call column_width
        mv s8, a0
        slli t0, s7, 3
        add t0, t0, s0
        ld a0, 0(t0)
        sd a0, 0(sp)
        call show_prefix
        ld a0, 0(sp)
        call show_name
        slli t0, s7, 3
        add t0, t0, s2
        ld t0, 0(t0)
        sub a1, s8, t0
        addi a1, a1, GAP                # blanks up to the next column
        add s7, s7, s5
        bgeu s7, s1, 2f
        la a0, .Lblanks
        la a2, .Lnothing
        call printf
        j 1b
2:      li a0, '\n'
        call putchar
        ld ra, 24(sp)
        ld s7, 16(sp)
        ld s8, 8(sp)
        addi sp, sp, 32
        ret

# line_width() -> a0 = the terminal's width; else COLUMNS; else 80
line_width:
        addi sp, sp, -32
        sd ra, 24(sp)
        li a0, STDOUT_FILENO
        li a1, TIOCGWINSZ
        addi a2, sp, 8
        call ioctl
        bltz a0, 1f
        lhu a0, 8+winsize_ws_col(sp)
        bnez a0, 3f
1:      la a0, .Lcolumns
        call getenv
        beqz a0, 2f
        call atol
        bgtz a0, 3f
2:      li a0, DEFAULT_WIDTH
3:      ld ra, 24(sp)
        addi sp, sp, 32
        ret

        .section .rodata
.Lblanks:       .asciz "%*s"
.Lnothing:      .asciz ""
.Lcolumns:      .asciz "COLUMNS"
