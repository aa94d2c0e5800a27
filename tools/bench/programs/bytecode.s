# bytecode: an interpreter of a small stack machine runs a program of it: a byte is fetched and leads through a table to the
# code that does it (jr). The program mixes 40,000 numbers into a table of 256, and counts the odd ones.
# work() -> what the program leaves: the mixture, plus the count

        .globl  prepare, work

prepare:
        ret

# Register use: a1 program counter, a2 stack, which grows up, a3 table of opcodes, a4 variables, a5 memory, a6 program
        .macro  next
        lbu     t0, (a1)
        addi    a1, a1, 1
        slli    t0, t0, 3
        add     t0, t0, a3
        ld      t0, (t0)
        jr      t0
        .endm
# Two operands from the stack to t1 and t2, the result from t1
        .macro  binary, operation:vararg
        ld      t2, -8(a2)
        ld      t1, -16(a2)
        addi    a2, a2, -8
        \operation
        sd      t1, -8(a2)
        next
        .endm

work:   la      a1, program
        la      a2, stack
        la      a3, opcodes
        la      a4, variables
        la      a5, memory
        mv      a6, a1
        addi    t1, a5, 1024            # the memory: 256 words of 0
        addi    t1, t1, 1024
        mv      t0, a5
1:      sd      zero, (t0)
        addi    t0, t0, 8
        bne     t0, t1, 1b
        next

halt:   ld      a0, -8(a2)
        ret
constant:                               # constant N: push the signed 16 bits that follow
        lb      t1, 1(a1)
        lbu     t2, (a1)
        slli    t1, t1, 8
        or      t1, t1, t2
        addi    a1, a1, 2
        sd      t1, (a2)
        addi    a2, a2, 8
        next
load:   lbu     t1, (a1)                # load V: push a variable
        addi    a1, a1, 1
        slli    t1, t1, 3
        add     t1, t1, a4
        ld      t1, (t1)
        sd      t1, (a2)
        addi    a2, a2, 8
        next
store:  lbu     t1, (a1)                # store V: pop to a variable
        addi    a1, a1, 1
        slli    t1, t1, 3
        add     t1, t1, a4
        addi    a2, a2, -8
        ld      t2, (a2)
        sd      t2, (t1)
        next
plus:   binary  add t1, t1, t2
minus:  binary  sub t1, t1, t2
times:  binary  mulw t1, t1, t2
mix:    binary  xor t1, t1, t2
both:   binary  and t1, t1, t2
shift:  binary  srl t1, t1, t2
less:   binary  slt t1, t1, t2
jump:   lbu     t1, (a1)                # jump TO
        lbu     t2, 1(a1)
        slli    t2, t2, 8
        or      t1, t1, t2
        add     a1, a6, t1
        next
unless: addi    a2, a2, -8              # unless TO: pop, jump where it is 0
        ld      t0, (a2)
        lbu     t1, (a1)
        lbu     t2, 1(a1)
        addi    a1, a1, 2
        bnez    t0, 1f
        slli    t2, t2, 8
        or      t1, t1, t2
        add     a1, a6, t1
1:      next
get:    ld      t1, -8(a2)              # get: an index becomes the word of memory
        slli    t1, t1, 3
        add     t1, t1, a5
        ld      t1, (t1)
        sd      t1, -8(a2)
        next
put:    addi    a2, a2, -16             # put: pop a value, then an index
        ld      t1, (a2)
        ld      t2, 8(a2)
        slli    t1, t1, 3
        add     t1, t1, a5
        sd      t2, (t1)
        next

        .section .rodata
        .balign 8
opcodes:
        .dword  halt, constant, load, store, plus, minus, times, mix, both, shift, less, jump, unless, get, put
        .equ    HALT, 0
        .equ    CONSTANT, 1
        .equ    LOAD, 2
        .equ    STORE, 3
        .equ    PLUS, 4
        .equ    MINUS, 5
        .equ    TIMES, 6
        .equ    MIX, 7
        .equ    BOTH, 8
        .equ    SHIFT, 9
        .equ    LESS, 10
        .equ    JUMP, 11
        .equ    UNLESS, 12
        .equ    GET, 13
        .equ    PUT, 14

        .macro  number, value           # constant
        .byte   CONSTANT, (\value) & 255, (\value) >> 8 & 255
        .endm
        .macro  go, opcode, to          # jump, unless
        .byte   \opcode, (\to - program) & 255, (\to - program) >> 8
        .endm
        .equ    I, 0                    # the variables
        .equ    HASH, 1
        .equ    ODD, 2

program:
        number  0                       # i = 0; odd = 0; hash = 5381
        .byte   STORE, I
        number  0
        .byte   STORE, ODD
        number  5381
        .byte   STORE, HASH
1:      .byte   LOAD, I                 # while i - 20000 < 20000
        number  20000
        .byte   MINUS
        number  20000
        .byte   LESS
        go      UNLESS, 3f
        .byte   LOAD, HASH              # hash = (hash ^ memory[i & 255]) * 403 + i, 32 bits
        .byte   LOAD, I
        number  255
        .byte   BOTH, GET, MIX
        number  403
        .byte   TIMES, LOAD, I, PLUS, STORE, HASH
        .byte   LOAD, HASH              # memory[hash & 255] = hash >> 7 & 32767
        number  255
        .byte   BOTH, LOAD, HASH
        number  7
        .byte   SHIFT
        number  32767
        .byte   BOTH, PUT
        .byte   LOAD, HASH              # if (hash & 1) odd = odd + 1
        number  1
        .byte   BOTH
        go      UNLESS, 2f
        .byte   LOAD, ODD
        number  1
        .byte   PLUS, STORE, ODD
2:      .byte   LOAD, I                 # i = i + 1
        number  1
        .byte   PLUS, STORE, I
        go      JUMP, 1b
3:      .byte   LOAD, HASH, LOAD, ODD, PLUS, HALT

        .bss
        .balign 8
memory: .zero   256 * 8
variables:
        .zero   4 * 8
stack:  .zero   64 * 8
