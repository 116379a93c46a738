import FlightRecorder
public import GuestImage
import I386
package import Kernel
import Machine
public import MinixABI
import Servers
import VMServer

extension Session where CPU: ~Copyable {
  /// Which endpoints the programs have, in the configuration's order.
  public var programEndpoints: [Endpoint] { endpoints }

  /// The files of all programs that the run had, those of EXEC too.
  public var programFiles: [FileContents] { library.files }

  /// Records what is present at the end, for whoever gets all events.
  public func recordPages() { kernel.recordPages() }

  /// What was counted until now.
  package var statistics: KernelStatistics { kernel.statistics }

  /// What a run came to.
  func result(_ end: RunEnd, duration: Duration, cycles: UInt64) -> RunResult {
    var result = RunResult(end: end, kernel: kernel.statistics)
    result.exits = processor.exits
    result.duration = duration
    result.nanosecondsPerCycle = cycles > 0 ? duration / .nanoseconds(1) / Double(cycles) : 0
    result.processes = zip(configuration.programs, endpoints).map { program, endpoint in
      processResult(program, endpoint)
    }
    result.memory = memoryResult()
    result.memoryByteCount = UInt64(configuration.memoryByteCount)
    if end.isFailure { result.lastEvents = kernel.recorder.tail(40).map(\.description) }
    return result
  }

  private func processResult(
    _ program: RunConfiguration.Program, _ endpoint: Endpoint
  ) -> ProcessResult {
    let record = kernel.record(of: endpoint)
    var result = ProcessResult(
      name: program.name, endpoint: endpoint, end: pm.end(of: endpoint),
      statistics: record.statistics)
    result.faults = vm?.server.faults(ofProgram: endpoint.slot)
    result.descendants = kernel.descendants(of: endpoint)
    result.descendantFaults = vm?.server.faults(ofDescendants: endpoint.slot)
    result.userTicks = record.userTicks
    if case .signal(let signal) = result.end, let frame = record.fatalFrame(killedBy: signal) {
      let image = image(of: program, endpoint)
      result.fatalTrap = FatalTrap(
        vector: Vector(UInt8(truncatingIfNeeded: frame.vector)),
        address: LinearAddress(frame.cr2), errorCode: frame.errorCode,
        eip: LinearAddress(frame.eip),
        symbol: image?.symbol(containing: frame.eip)?.description,
        source: image?.sourceLines().sourceLine(of: frame.eip)?.description)
    }
    return result
  }

  /// What a program has become by EXEC, or is still.
  private func image(of program: RunConfiguration.Program, _ endpoint: Endpoint) -> ProgramImage? {
    guard let path = pm.executedPath(of: endpoint) else { return program.image }
    return try? library.image(at: path).get()
  }

  private func memoryResult() -> MemoryResult? {
    guard let vm else { return nil }
    let used = vm.server.physicalPagesUsed + vm.server.tablePagesUsed
    let living = Set(endpoints + kernel.guests + pm.endpoints)
    return MemoryResult(
      physicalPagesPeak: vm.server.physicalPagesPeak, pageTablePagesPeak: vm.server.tablePagesPeak,
      leakedPages: used - min(vm.server.pageCount(of: Array(living)), used))
  }
}

extension RunEnd {
  /// Whether what happened last may say why the run ended as it did.
  fileprivate var isFailure: Bool {
    switch self {
    case .finished, .interrupted: false
    case .shutDown(let how): how == .panic
    case .stuck, .timeout, .processorFailed, .kernelFailed: true
    }
  }
}
