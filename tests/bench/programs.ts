/**
 * Small loops of several kinds for the speed of an engine. Each runs forever; a0 to a5 as the program says. Data begins at
 * DATA, the stack ends at STACK.
 */

export const DATA = 0x20_0000;
export const DATA_BYTES = 0x10_0000;
export const STACK = 0x40_0000;

export const PROGRAMS: Readonly<Record<string, string>> = {
  // Flags of 64 KiB: byte stores with a stride, byte loads.
  sieve: `
    again:  lui   s0, 0x200            # flags
            lui   s1, 0x10             # how many
            addi  t0, zero, 0
    clear:  add   t1, s0, t0
            sb    zero, 0(t1)
            addi  t0, t0, 1
            blt   t0, s1, clear
            addi  t0, zero, 2
    next:   add   t1, s0, t0
            lbu   t2, 0(t1)
            bne   t2, zero, skip
            addi  a1, a1, 1
            add   t3, t0, t0
            addi  t4, zero, 1
    mark:   bge   t3, s1, skip
            add   t1, s0, t3
            sb    t4, 0(t1)
            add   t3, t3, t0
            jal   zero, mark
    skip:   addi  t0, t0, 1
            blt   t0, s1, next
            jal   zero, again`,
  // 64 x 64 doublewords: loads with two strides, multiply and add.
  matmul: `
            lui   s0, 0x200            # A
            lui   s1, 0x208            # B
            lui   s2, 0x210            # C
            addi  s3, zero, 64
    again:  addi  t0, zero, 0
    row:    addi  t1, zero, 0
    column: addi  t2, zero, 0
            addi  a2, zero, 0
            slli  t3, t0, 9
            add   t3, s0, t3           # &A[i][0]
            slli  t4, t1, 3
            add   t4, s1, t4           # &B[0][j]
    inner:  ld    t5, 0(t3)
            ld    t6, 0(t4)
            mul   t5, t5, t6
            add   a2, a2, t5
            addi  t3, t3, 8
            addi  t4, t4, 512
            addi  t2, t2, 1
            bne   t2, s3, inner
            slli  t3, t0, 9
            add   t3, s2, t3
            slli  t4, t1, 3
            add   t3, t3, t4
            sd    a2, 0(t3)
            addi  t1, t1, 1
            bne   t1, s3, column
            addi  t0, t0, 1
            bne   t0, s3, row
            jal   zero, again`,
  // CRC-32 bit by bit over 4 KiB: shifts, masks, xor, short branches.
  crc: `
            lui   s0, 0x200
            lui   s1, 0x1
            lui   s2, 0xedb88
            addi  s2, s2, 0x320
            slli  s2, s2, 32
            srli  s2, s2, 32
    again:  addi  a0, zero, -1
            srli  a0, a0, 32
            addi  t0, zero, 0
    byte:   add   t1, s0, t0
            lbu   t2, 0(t1)
            xor   a0, a0, t2
            addi  t3, zero, 8
    bit:    andi  t4, a0, 1
            srli  a0, a0, 1
            beq   t4, zero, zero_bit
            xor   a0, a0, s2
    zero_bit: addi t3, t3, -1
            bne   t3, zero, bit
            addi  t0, t0, 1
            bne   t0, s1, byte
            jal   zero, again`,
  // fib(20), recursive: calls, returns, stack.
  fib: `
    again:  lui   sp, 0x400
            addi  a0, zero, 20
            jal   ra, fib
            jal   zero, again
    fib:    addi  t0, zero, 2
            blt   a0, t0, done
            addi  sp, sp, -24
            sd    ra, 0(sp)
            sd    a0, 8(sp)
            addi  a0, a0, -1
            jal   ra, fib
            sd    a0, 16(sp)
            ld    a0, 8(sp)
            addi  a0, a0, -2
            jal   ra, fib
            ld    t1, 16(sp)
            add   a0, a0, t1
            ld    ra, 0(sp)
            addi  sp, sp, 24
    done:   jalr  zero, 0(ra)`,
  // Quicksort of 4096 words from a linear congruential generator: compares, swaps, recursion.
  qsort: `
    again:  lui   sp, 0x400
            lui   s0, 0x200
            lui   s1, 0x1
            lui   s3, 0x41c65
            addi  s3, s3, -403
            addi  t0, zero, 0
    fill:   mul   s2, s2, s3
            addi  s2, s2, 1013
            srli  t1, s2, 16
            slli  t2, t0, 2
            add   t2, s0, t2
            sw    t1, 0(t2)
            addi  t0, t0, 1
            bne   t0, s1, fill
            addi  a0, s0, 0
            slli  t0, s1, 2
            add   a1, s0, t0
            addi  a1, a1, -4
            jal   ra, sort
            jal   zero, again
    sort:   bgeu  a0, a1, return       # a0 first, a1 last, inclusive
            lw    t0, 0(a1)            # the pivot
            addi  t1, a0, 0            # where the next smaller one goes
            addi  t2, a0, 0
    part:   beq   t2, a1, placed
            lw    t3, 0(t2)
            bge   t3, t0, larger
            lw    t4, 0(t1)
            sw    t3, 0(t1)
            sw    t4, 0(t2)
            addi  t1, t1, 4
    larger: addi  t2, t2, 4
            jal   zero, part
    placed: lw    t4, 0(t1)
            sw    t0, 0(t1)
            sw    t4, 0(a1)
            addi  sp, sp, -24
            sd    ra, 0(sp)
            sd    a1, 8(sp)
            sd    t1, 16(sp)
            addi  a1, t1, -4
            jal   ra, sort
            ld    t1, 16(sp)
            ld    a1, 8(sp)
            addi  a0, t1, 4
            jal   ra, sort
            ld    ra, 0(sp)
            addi  sp, sp, 24
    return: jalr  zero, 0(ra)`,
};
