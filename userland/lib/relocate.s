# A program linked with -pie learns where it was loaded only when it runs. The linker lists the words that hold an
# address (.rela.dyn, found through _DYNAMIC); here each is given its value, before anything else is done.
# Source: gabi 5, "Dynamic Section"; psABI, "Dynamic Linking".
        .include "abi.s"

        .equ PT_LOAD, 1
        .equ PF_WRITE_EXECUTE, 3
        .equ DT_SYMTAB, 6
        .equ DT_RELA, 7
        .equ DT_RELASZ, 8
        .equ DT_TEXTREL, 22
        .equ R_RISCV_64, 2
        .equ R_RISCV_RELATIVE, 3

        .section .rodata
.Lunknown:
        .ascii "cannot be loaded: a relocation that only a dynamic linker knows\n"
        .equ UNKNOWN_LENGTH, . - .Lunknown

        .text
# relocate_program(dynamic: a0 = _DYNAMIC): called by _start alone, which keeps nothing in s registers yet.
# s0: where address 0 of the program lies. s1, s2: what is left of the list. s3: symbols. s4: read-only pages are in the list
        .globl relocate_program
        .hidden relocate_program
relocate_program:
        mv s5, ra
        lla s0, __executable_start
        li s2, 0
        li s4, 0
1:      ld t0, 0(a0)                    # tag and value, up to DT_NULL
        ld t1, 8(a0)
        addi a0, a0, 16
        beqz t0, 2f
        addi t2, t0, -DT_SYMTAB
        bnez t2, 3f
        add s3, s0, t1
3:      addi t2, t0, -DT_RELA
        bnez t2, 3f
        add s1, s0, t1
3:      addi t2, t0, -DT_RELASZ
        bnez t2, 3f
        mv s2, t1
3:      addi t2, t0, -DT_TEXTREL
        bnez t2, 1b
        li s4, 1
        j 1b
2:      beqz s2, 9f
        add s2, s2, s1
        beqz s4, 4f
        li a2, PROT_READ | PROT_WRITE
        call .Lprotect_constants
4:      ld t0, 0(s1)                    # each entry: where, type and symbol, addend
        ld t1, 8(s1)
        ld t2, 16(s1)
        add t0, t0, s0
        add t2, t2, s0
        addi t3, t1, -R_RISCV_RELATIVE
        beqz t3, 5f
        slli t3, t1, 32                 # GNU ld names the symbol where one has a slot in the global offset table
        srli t3, t3, 32
        addi t3, t3, -R_RISCV_64
        bnez t3, 8f
        srli t1, t1, 32
        slli t3, t1, 4                  # a symbol has 24 bytes, its value is at 8
        slli t1, t1, 3
        add t3, t3, t1
        add t3, t3, s3
        ld t3, 8(t3)
        add t2, t2, t3
5:      sd t2, 0(t0)
        addi s1, s1, 24
        bltu s1, s2, 4b
        beqz s4, 9f
        li a2, PROT_READ
        call .Lprotect_constants
9:      jr s5
8:      li a0, STDERR_FILENO            # thread-local data, a dynamic library's symbol
        lla a1, .Lunknown
        li a2, UNKNOWN_LENGTH
        li a7, SYS_write
        ecall
        li a0, 127
        li a7, SYS_exit_group
        ecall

# .Lprotect_constants(rights: a2): gives them to each segment that is neither written nor executed.
# s6: the present program header. s7: how many are left
.Lprotect_constants:
        ld s6, 32(s0)                   # the ELF header is the first thing in the first segment: e_phoff, e_phnum
        add s6, s6, s0
        lhu s7, 56(s0)
1:      beqz s7, 3f
        lw t0, 0(s6)                    # p_type, p_flags
        addi t0, t0, -PT_LOAD
        bnez t0, 2f
        lw t0, 4(s6)
        andi t0, t0, PF_WRITE_EXECUTE
        bnez t0, 2f
        ld a0, 16(s6)                   # p_vaddr, p_memsz
        ld a1, 40(s6)
        add a0, a0, s0
        slli t0, a0, 52                 # from the start of the page
        srli t0, t0, 52
        sub a0, a0, t0
        add a1, a1, t0
        li a7, SYS_mprotect
        ecall
2:      addi s6, s6, 56
        addi s7, s7, -1
        j 1b
3:      ret
