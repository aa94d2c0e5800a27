# Files of "label value" lines, as /proc/meminfo, /proc/vmstat and /proc/PID/status are.
        .text

# labelled(text: a0, label: a1) -> a0 = the decimal number behind the label, which begins a line; -1: there is none.
# The label stands for itself: "MemFree:" with its colon, "pswpin " with its blank.
        .globl labelled
labelled:
1:      mv   t0, a1                     # compares at the beginning of a line
        mv   t1, a0
2:      lbu  t2, 0(t0)
        beqz t2, 5f
        lbu  t3, 0(t1)
        addi t0, t0, 1
        addi t1, t1, 1
        beq  t2, t3, 2b
3:      lbu  t3, 0(a0)                  # to the next line
        beqz t3, 4f
        addi a0, a0, 1
        addi t3, t3, -'\n'
        bnez t3, 3b
        j    1b
4:      li   a0, -1
        ret
5:      mv   a0, t1
        tail atol
