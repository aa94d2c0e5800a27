# The two halves of a device number, as st_dev and st_rdev have it.
        .text

# major(device: a0) -> a0: bits 8 to 19, and 44 on
        .globl major
major:
        srli t0, a0, 8
        slli t0, t0, 52
        srli t0, t0, 52
        srli a0, a0, 44
        slli a0, a0, 12
        or   a0, a0, t0
        ret

# minor(device: a0) -> a0: bits 0 to 7, and 20 to 43
        .globl minor
minor:
        andi t0, a0, 0xff
        srli a0, a0, 20
        slli a0, a0, 40
        srli a0, a0, 32
        or   a0, a0, t0
        ret

# device_number(major: a0, minor: a1) -> a0
        .globl device_number
device_number:
        li   t0, 0xfff
        and  t1, a0, t0
        slli t1, t1, 8
        not  t0, t0
        and  a0, a0, t0
        slli a0, a0, 32
        or   a0, a0, t1
        andi t1, a1, 0xff
        or   a0, a0, t1
        xor  a1, a1, t1
        slli a1, a1, 12
        or   a0, a0, a1
        ret
