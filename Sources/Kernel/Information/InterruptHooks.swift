import MinixABI

/// What GET_IRQHOOKS hands out (`irq_hooks`): 16 hooks of 28 bytes.
///
/// Source: minix `kernel/type.h`; the size is ABI 8.8's.
enum InterruptHooks {
  /// A hook's size.
  static var byteCount: Int { 28 }

  /// All hooks; a free one has no owner. The links and handlers at 0 and 4 are the kernel's own.
  static func image(of hooks: [IRQHook?]) -> KernelImage {
    KernelImage.array(
      of: hooks.map { hook in
        var image = KernelImage(byteCount: byteCount)
        image[endpoint: 16] = hook?.owner ?? .none  // proc_nr_e
        guard let hook else { return image }
        image[int: 8] = hook.line  // irq
        image[int: 20] = hook.notifyID  // notify_id
        image[int: 24] = hook.policy  // policy
        return image
      })
  }
}
