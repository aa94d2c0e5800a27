# Line input of any length: a reader turns a descriptor's bytes into lines and characters.
#
# It reads blocks, and copies each line into a buffer that grows as the line needs. Layout of a reader: library.s.
        .include "abi.s"
        .include "library.s"
        .text

# reader_open(fd: a0) -> a0 = reader
        .globl reader_open
reader_open:
        addi sp, sp, -16
        sd ra, 8(sp)
        sd a0, 0(sp)
        li a0, SIZEOF_reader + READER_BLOCK
        call xmalloc
        ld t0, 0(sp)
        sd t0, reader_fd(a0)
        addi t0, a0, SIZEOF_reader
        sd t0, reader_block(a0)
        sd t0, reader_position(a0)
        sd t0, reader_end(a0)
        li t0, READER_BLOCK
        sd t0, reader_chunk(a0)
        sd zero, reader_error(a0)
        sd zero, reader_line+buffer_data(a0)
        sd zero, reader_line+buffer_length(a0)
        sd zero, reader_line+buffer_capacity(a0)
        ld ra, 8(sp)
        addi sp, sp, 16
        ret

# reader_close(reader: a0): frees it; the descriptor stays open
        .globl reader_close
reader_close:
        addi sp, sp, -16
        sd ra, 8(sp)
        sd a0, 0(sp)
        addi a0, a0, reader_line
        call buffer_free
        ld a0, 0(sp)
        ld ra, 8(sp)
        addi sp, sp, 16
        j free

# fill(reader: a0) -> a0 = 1 when there are bytes from position to end now, 0 at the end of the file or an error
.Lfill:
        addi sp, sp, -16
        sd ra, 8(sp)
        sd s0, 0(sp)
        mv s0, a0
        ld t0, reader_position(s0)
        ld t1, reader_end(s0)
        li a0, 1
        bltu t0, t1, 3f
        ld t0, flush_hook               # a question must be on the terminal before the answer is read
        beqz t0, 1f
        li a0, 0
        jalr t0
1:      ld a0, reader_fd(s0)
        ld a1, reader_block(s0)
        ld a2, reader_chunk(s0)
        call read
        blez a0, 2f
        ld t0, reader_block(s0)
        sd t0, reader_position(s0)
        add t0, t0, a0
        sd t0, reader_end(s0)
        li a0, 1
        j 3f
2:      sd a0, reader_error(s0)
        li a0, 0
3:      ld ra, 8(sp)
        ld s0, 0(sp)
        addi sp, sp, 16
        ret

# read_char(reader: a0) -> a0 = 0 ... 255, or -1 at the end
        .globl read_char
read_char:
        ld t0, reader_position(a0)
        ld t1, reader_end(a0)
        bgeu t0, t1, 1f
        lbu t2, 0(t0)
        addi t0, t0, 1
        sd t0, reader_position(a0)
        mv a0, t2
        ret
1:      addi sp, sp, -16
        sd ra, 8(sp)
        sd a0, 0(sp)
        call .Lfill
        mv t0, a0
        ld ra, 8(sp)
        ld a0, 0(sp)
        addi sp, sp, 16
        bnez t0, read_char
        li a0, -1
        ret

# read_line(reader: a0) -> a0 = the next line with its newline (the last may have none), a1 = its length; a NUL follows.
# It stays until the next call. At the end a0 = 0 and a1 = 0 or -errno.
        .globl read_line
read_line:
        addi sp, sp, -48
        sd ra, 40(sp)
        sd s0, 32(sp)                   # reader
        sd s1, 24(sp)                   # start of the bytes in the block
        sd s2, 16(sp)                   # how many of them belong to the line
        sd s3, 8(sp)                    # address of the newline, or 0
        mv s0, a0
        addi a0, s0, reader_line
        call buffer_clear
1:      mv a0, s0
        call .Lfill
        beqz a0, 3f
        ld s1, reader_position(s0)
        ld t0, reader_end(s0)
        sub s2, t0, s1
        mv a0, s1
        li a1, '\n'
        mv a2, s2
        call memchr
        mv s3, a0
        beqz a0, 2f
        sub s2, a0, s1
        addi s2, s2, 1
2:      add t0, s1, s2
        sd t0, reader_position(s0)
        addi a0, s0, reader_line
        mv a1, s1
        mv a2, s2
        call buffer_append
        beqz s3, 1b                     # the line goes on in the next block
        j 4f
3:      ld t0, reader_line+buffer_length(s0)
        bnez t0, 4f                     # a last line without a newline
        li a0, 0
        ld a1, reader_error(s0)
        j 5f
4:      addi a0, s0, reader_line
        call buffer_string
        ld a1, reader_line+buffer_length(s0)
5:      ld ra, 40(sp)
        ld s0, 32(sp)
        ld s1, 24(sp)
        ld s2, 16(sp)
        ld s3, 8(sp)
        addi sp, sp, 48
        ret

# chomp(line: a0, length: a1) -> a0 = the length without the newline, which becomes a NUL
        .globl chomp
chomp:
        beqz a1, 1f
        add t0, a0, a1
        lbu t1, -1(t0)
        li t2, '\n'
        bne t1, t2, 1f
        sb zero, -1(t0)
        addi a1, a1, -1
1:      mv a0, a1
        ret
