import FlightRecorder
import I386
import Machine
import MinixABI

/// What is recorded of processes, and of their last moments: all of it far from the path of a fault.
extension Kernel {
  /// A process is there, or has become another program.
  func recordProcess(_ slot: ProcessSlot, _ origin: Event.Origin, parent: Endpoint = .none) {
    let name = processes[slot].name.bytes
    var words: (UInt32, UInt32) = (0, 0)
    for index in 0..<4 {
      words.0 |= UInt32(name[index]) << UInt32(index * 8)
      words.1 |= UInt32(name[index + 4]) << UInt32(index * 8)
    }
    recorder.record(
      Event(
        .process, processes[slot].endpoint, origin.rawValue, UInt32(bitPattern: parent.rawValue),
        words.0, words.1))
  }

  /// A process gets a signal for its last exception: its instruction, and for a page fault what the
  /// CPU found on its way through the page tables.
  func recordFatalTrap(of slot: ProcessSlot, _ signal: Signal) {
    let record = ProcessRecord(lastFrame: processes[slot].frame)
    guard !processes[slot].isResident, let frame = record.fatalFrame(killedBy: signal) else {
      return
    }
    if frame.vector == UInt32(Vector.pageFault.rawValue) {
      recordWalk(to: LinearAddress(frame.cr2), of: slot)
    }
    recordCode(at: LinearAddress(frame.eip), of: slot)
  }

  private func recordWalk(to address: LinearAddress, of slot: ProcessSlot) {
    let directory = processes[slot].directory
    let first = tables.load(directory + address.directoryIndex * 4)
    let entry = PageDirectoryEntry(rawValue: first)
    let place = entry.table + address.tableIndex * 4
    let leadsOn = entry.isPresent && !entry.mapsLargePage
    recorder.record(
      Event(
        .walk, processes[slot].endpoint, address.rawValue, directory.rawValue, first,
        leadsOn ? place.rawValue : 0, leadsOn ? tables.load(place) : 0))
  }

  private func recordCode(at address: LinearAddress, of slot: ProcessSlot) {
    var words: [UInt32] = [0, 0, 0, 0]
    var count: UInt32 = 0
    while count < 16 {
      let walk = tables.translate(
        address + count, in: processes[slot].directory, isWrite: false)
      guard case .mapped(let place) = walk, let byte = memory.load(UInt8.self, at: place) else {
        break
      }
      words[Int(count / 4)] |= UInt32(byte) << (count % 4 * 8)
      count += 1
    }
    recorder.record(
      Event(
        .code, processes[slot].endpoint, words[0], words[1], words[2], words[3], count))
  }

  /// Records which pages the living have, for whoever gets all events.
  public func recordPages() {
    for slot in processes.livingSlots where !processes[slot].isResident {
      tables.recordPages(of: processes[slot].endpoint, in: processes[slot].directory)
    }
  }
}
