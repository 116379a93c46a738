import I386
import MinixABI
import Stub

/// What a guest in VM's place is told of its world; `vm_boot.h` has the layout and its meaning.
struct BootRecord {
  /// A process of the boot image, and where its pages have been put.
  struct Process {
    var endpoint: Endpoint
    var regions: [ProgramLayout.Region]
    var pages: [(linear: LinearAddress, frame: PhysicalAddress)]
  }

  var delivery: FaultDelivery
  var slotCount: UInt32
  var arenaUsed: UInt32 = 0
  var memoryPages: UInt32
  var memoryUsed: UInt32 = 0
  var processes: [Process] = []

  /// The record's size in bytes; it depends on the processes alone.
  var byteCount: Int {
    MemoryLayout<vm_boot>.size
      + processes.reduce(0) { sum, process in
        sum + MemoryLayout<vm_boot_process>.size
          + process.regions.count * MemoryLayout<vm_boot_region>.size
          + process.pages.count * MemoryLayout<vm_boot_page>.size
      }
  }

  /// The record as it stands in VM's memory.
  var words: [UInt32] {
    header
      + processes.flatMap { process in
        [
          UInt32(bitPattern: process.endpoint.rawValue), UInt32(process.regions.count),
          UInt32(process.pages.count),
        ]
      }
      + processes.flatMap(\.regions).flatMap { region in
        [
          region.start.rawValue, region.byteCount,
          region.isWritable ? UInt32(VM_REGION_WRITABLE) : 0,
        ]
      }
      + processes.flatMap(\.pages).flatMap { [$0.linear.rawValue, $0.frame.rawValue] }
  }

  private var header: [UInt32] {
    [
      UInt32(VM_BOOT_MAGIC),
      UInt32(delivery == .message ? VM_DELIVERY_MESSAGE : VM_DELIVERY_SIGNAL), slotCount,
      UInt32(STUB_ARENA), UInt32(STUB_ARENA_BYTES) >> 12, arenaUsed, memoryPages, memoryUsed,
      UInt32(processes.count), UInt32(processes.reduce(0) { $0 + $1.regions.count }),
      UInt32(processes.reduce(0) { $0 + $1.pages.count }),
    ]
  }
}
