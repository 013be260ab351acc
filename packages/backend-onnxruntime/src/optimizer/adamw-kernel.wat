;; AdamW (arXiv 1711.05101) over one chunk of a parameter, in float32, four elements at a time.
;; `npm run webassembly` writes its binary to adamw-kernel-binary.ts.
(module
  ;; Four regions of 65,536 bytes: weight, gradient, first moment, second moment.
  (memory (export "memory") 4)
  (func (export "adamw")
    (param $count i32) ;; elements; the last vector may run over into padding
    (param $gradientScale f32) (param $keep f32) (param $rate f32)
    (param $beta1 f32) (param $fresh1 f32) (param $beta2 f32) (param $fresh2 f32)
    (param $inverseRoot2 f32) (param $epsilon f32)
    (local $at i32) (local $end i32) (local $g v128) (local $m v128) (local $v v128)
    (local.set $end (i32.shl (local.get $count) (i32.const 2)))
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $at) (local.get $end)))
        (local.set $g (f32x4.mul (v128.load offset=65536 (local.get $at)) (f32x4.splat (local.get $gradientScale))))
        (local.set $m (f32x4.add
          (f32x4.mul (f32x4.splat (local.get $beta1)) (v128.load offset=131072 (local.get $at)))
          (f32x4.mul (f32x4.splat (local.get $fresh1)) (local.get $g))))
        (v128.store offset=131072 (local.get $at) (local.get $m))
        (local.set $v (f32x4.add
          (f32x4.mul (f32x4.splat (local.get $beta2)) (v128.load offset=196608 (local.get $at)))
          (f32x4.mul (f32x4.splat (local.get $fresh2)) (f32x4.mul (local.get $g) (local.get $g)))))
        (v128.store offset=196608 (local.get $at) (local.get $v))
        (v128.store (local.get $at) (f32x4.sub
          (f32x4.mul (f32x4.splat (local.get $keep)) (v128.load (local.get $at)))
          (f32x4.div
            (f32x4.mul (f32x4.splat (local.get $rate)) (local.get $m))
            (f32x4.add
              (f32x4.mul (f32x4.sqrt (local.get $v)) (f32x4.splat (local.get $inverseRoot2)))
              (f32x4.splat (local.get $epsilon))))))
        (local.set $at (i32.add (local.get $at) (i32.const 16)))
        (br $next))))
  ;; Sum of squares of the gradient's region, in float64; the region is zero from $count to the next vector.
  (func (export "sumOfSquares") (param $count i32) (result f64)
    (local $at i32) (local $end i32) (local $x v128) (local $low v128) (local $high v128) (local $a v128) (local $b v128)
    (local.set $end (i32.shl (local.get $count) (i32.const 2)))
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $at) (local.get $end)))
        (local.set $x (v128.load offset=65536 (local.get $at)))
        (local.set $low (f64x2.promote_low_f32x4 (local.get $x)))
        (local.set $high (f64x2.promote_low_f32x4
          (i8x16.shuffle 8 9 10 11 12 13 14 15 8 9 10 11 12 13 14 15 (local.get $x) (local.get $x))))
        (local.set $a (f64x2.add (local.get $a) (f64x2.mul (local.get $low) (local.get $low))))
        (local.set $b (f64x2.add (local.get $b) (f64x2.mul (local.get $high) (local.get $high))))
        (local.set $at (i32.add (local.get $at) (i32.const 16)))
        (br $next)))
    (local.set $a (f64x2.add (local.get $a) (local.get $b)))
    (f64.add (f64x2.extract_lane 0 (local.get $a)) (f64x2.extract_lane 1 (local.get $a)))))
