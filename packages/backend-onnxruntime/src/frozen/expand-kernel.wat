;; Weights in 16 or 8 bits to float32, exactly but for the product with an 8-bit row's scale.
;; `npm run webassembly` writes its binary to expand-kernel-binary.ts.
(module
  ;; Source at 0, scales at 65,536, target at 131,072. The last vectors may run over into padding.
  (memory (export "memory") 4)

  ;; bfloat16: the upper half of a float32.
  (func (export "expandBfloat") (param $count i32)
    (local $from i32) (local $to i32) (local $end i32) (local $x v128)
    (local.set $end (i32.shl (local.get $count) (i32.const 1)))
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $from) (local.get $end)))
        (local.set $x (v128.load (local.get $from)))
        (v128.store offset=131072 (local.get $to)
          (i32x4.shl (i32x4.extend_low_i16x8_u (local.get $x)) (i32.const 16)))
        (v128.store offset=131088 (local.get $to)
          (i32x4.shl (i32x4.extend_high_i16x8_u (local.get $x)) (i32.const 16)))
        (local.set $from (i32.add (local.get $from) (i32.const 16)))
        (local.set $to (i32.add (local.get $to) (i32.const 32)))
        (br $next))))

  ;; IEEE 754 binary16, four at a time. No step computes with a subnormal float32, which processors do slowly.
  (func (export "expandHalf") (param $count i32)
    (local $from i32) (local $to i32) (local $end i32)
    (local $x v128) (local $magnitude v128) (local $shifted v128) (local $normal v128) (local $small v128)
    (local.set $end (i32.shl (local.get $count) (i32.const 1)))
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $from) (local.get $end)))
        (local.set $x (v128.load16x4_u (local.get $from)))
        (local.set $magnitude (v128.and (local.get $x) (i32x4.splat (i32.const 0x7fff))))
        (local.set $shifted (i32x4.shl (local.get $magnitude) (i32.const 13)))
        ;; Exponent bias 127 − 15 = 112; infinities and NaNs have the largest exponent in both.
        (local.set $normal (v128.or
          (i32x4.add (local.get $shifted) (i32x4.splat (i32.const 0x38000000)))
          (v128.and
            (i32x4.gt_s (local.get $magnitude) (i32x4.splat (i32.const 0x7bff)))
            (i32x4.splat (i32.const 0x7f800000)))))
        ;; A subnormal's digits on 2^-14, from which 2^-14 is taken again.
        (local.set $small (f32x4.sub
          (i32x4.add (local.get $shifted) (i32x4.splat (i32.const 0x38800000)))
          (i32x4.splat (i32.const 0x38800000))))
        (v128.store offset=131072 (local.get $to) (v128.or
          (v128.bitselect (local.get $small) (local.get $normal)
            (i32x4.lt_s (local.get $magnitude) (i32x4.splat (i32.const 0x400))))
          (i32x4.shl (v128.and (local.get $x) (i32x4.splat (i32.const 0x8000))) (i32.const 16))))
        (local.set $from (i32.add (local.get $from) (i32.const 8)))
        (local.set $to (i32.add (local.get $to) (i32.const 16)))
        (br $next))))

  ;; Signed bytes times the scale of their row, eight at a time. A row's last vector may run into the next row, which comes after it.
  (func (export "expandBytes") (param $rows i32) (param $columns i32)
    (local $row i32) (local $from i32) (local $to i32) (local $end i32) (local $x v128) (local $scale v128)
    (block $done
      (loop $nextRow
        (br_if $done (i32.ge_u (local.get $row) (local.get $rows)))
        (local.set $scale (v128.load32_splat offset=65536 (i32.shl (local.get $row) (i32.const 2))))
        (local.set $from (i32.mul (local.get $row) (local.get $columns)))
        (local.set $end (i32.add (local.get $from) (local.get $columns)))
        (local.set $to (i32.shl (local.get $from) (i32.const 2)))
        (block $rowDone
          (loop $next
            (br_if $rowDone (i32.ge_u (local.get $from) (local.get $end)))
            (local.set $x (v128.load8x8_s (local.get $from)))
            (v128.store offset=131072 (local.get $to)
              (f32x4.mul (f32x4.convert_i32x4_s (i32x4.extend_low_i16x8_s (local.get $x))) (local.get $scale)))
            (v128.store offset=131088 (local.get $to)
              (f32x4.mul (f32x4.convert_i32x4_s (i32x4.extend_high_i16x8_s (local.get $x))) (local.get $scale)))
            (local.set $from (i32.add (local.get $from) (i32.const 8)))
            (local.set $to (i32.add (local.get $to) (i32.const 32)))
            (br $next)))
        (local.set $row (i32.add (local.get $row) (i32.const 1)))
        (br $nextRow)))))
