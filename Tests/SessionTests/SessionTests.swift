import GuestImage
import I386
import Kernel
import Machine
import MinixABI
import Servers
import Testing
import VMServer

@testable import Session

/// A whole run whose traps are read from a list.
@Suite struct SessionTests {
  private let run = Run()

  private func expectFinished(
    _ result: RunResult, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    guard case .finished = result.end else {
      Issue.record("\(result.end): \(result.lastEvents)", sourceLocation: sourceLocation)
      return
    }
    #expect(result.memory?.leakedPages == 0, sourceLocation: sourceLocation)
  }

  @Test func exit() throws {
    let result = try run([[.exit(0x142)]], [.sendrec(0, to: .pm)])
    expectFinished(result)
    #expect(result.processes.map(\.end) == [.exit(status: 0x42)])
    #expect(result.processes.map(\.endpoint.rawValue) == [36569])
    #expect(result.exits.ipc == 1)
    #expect(result.exits.total == 1)
    // Text, data, stack; a directory, and a table for each 4 MiB of them.
    #expect(result.memory?.physicalPagesPeak == 3)
    #expect(result.memory?.pageTablePagesPeak == 3)
    #expect(result.kernel.kernelCalls[Int(KernelCallNumber.clear.rawValue)] == 1)
  }

  /// What the policy wants present from the start is there: all but the stack.
  @Test func eagerly() throws {
    let result = try run([[.exit(0)]], [.pageFault(0x7FFF_0000, 6), .sendrec(0, to: .pm)]) {
      $0.policy = .eager
    }
    expectFinished(result)
    // Text, data, three pages of bss; the stack's first page, and the one it grew by.
    #expect(result.memory?.physicalPagesPeak == 7)
    #expect(result.processes.first?.faults?.zeroFill == 1)
  }

  @Test func faultsThenOutputThenExit() throws {
    let messages: [Message] = [
      .write(1, 4, at: TinyProgram.data + 128), .write(1, 2, at: TinyProgram.data + 0x2FFF),
      Message(type: 0x6F6F), .exit(0),
    ]
    let result = try run(
      [messages],
      [
        .pageFault(TinyProgram.data + 0x1000, 6), .pageFault(0x7FFF_0000, 6),
        .sendrec(0, to: .vfs), .clock(1), .sendrec(1, to: .vfs), .sendrec(3, to: .pm),
      ])
    expectFinished(result)
    // The third message's bytes: no source, its type. Then two bytes of bss that VM had to make.
    #expect(run.bytes == [0, 0, 0, 0, 0, 0])
    #expect(result.processes.first?.faults?.zeroFill == 2)
    #expect(result.processes.first?.statistics.pageFaults == 2)
    #expect(result.kernel.faultLatencies.counts.reduce(0) { $0 + $1.count } == 2)
    #expect(result.nanosecondsPerCycle > 0)
    #expect(result.processes.first?.userTicks == 1)
    #expect(result.memory?.physicalPagesPeak == 7)
    #expect(result.kernel.vmControls[Int(VMControl.clearPageFault.rawValue)] == 2)
    #expect(result.kernel.vmControls[Int(VMControl.memoryRequestReply.rawValue)] == 1)
  }

  @Test func segmentationFault() throws {
    let result = try run([[]], [.pageFault(0x10, 4)])
    expectFinished(result)
    let process = try #require(result.processes.first)
    #expect(process.end == .signal(.segmentation))
    #expect(process.faults?.segv == 1)
    // It never went on.
    #expect(result.kernel.faultLatencies.counts.isEmpty)
    #expect(process.fatalTrap?.vector == .pageFault)
    #expect(process.fatalTrap?.address == LinearAddress(0x10))
    #expect(process.fatalTrap?.errorCode == 4)
  }

  @Test func anException() throws {
    let result = try run([[]], [.pageFault(TinyProgram.data + 0x1000, 6), .exception(6)])
    expectFinished(result)
    #expect(result.processes.first?.end == .signal(.illegal))
    #expect(result.processes.first?.fatalTrap?.vector == Vector(6))
  }

  /// A resolved fault did not kill the process that another's signal ends.
  @Test func killedByAnother() throws {
    var kill = Message(type: KernelCallNumber.kill.messageType)
    kill[endpoint: 8] = Endpoint(generation: 1, slot: ProcessSlot(rawValue: 11))
    kill[int: 12] = 9
    var frame = TrapFrame()
    frame.vector = UInt32(TrapVector.kernelCall)
    frame.eax = TinyProgram.address(0)
    // The fault takes the last of the first one's quantum, so that the other's turn comes.
    let fault = FramedTrap.pageFault(TinyProgram.data + 0x1000, 6)
    let result = try run(
      [[], [kill, .exit(1)]],
      [FramedTrap(frame: fault.frame, ticks: 8), FramedTrap(frame: frame), .sendrec(1, to: .pm)]
    ) { configuration in
      configuration.programs[1].isSystem = true
      configuration.programs[1].priority = 8
    }
    expectFinished(result)
    #expect(result.processes.map(\.end) == [.signal(.kill), .exit(status: 1)])
    #expect(result.processes.first?.faults?.zeroFill == 1)
    #expect(result.processes.first?.fatalTrap == nil)
  }

  @Test func severalPrograms() throws {
    let result = try run(
      [[.exit(1)], [.exit(2)], [.exit(3)]],
      [.sendrec(0, to: .pm), .sendrec(0, to: .pm), .sendrec(0, to: .pm)])
    expectFinished(result)
    #expect(result.processes.map(\.end) == [1, 2, 3].map { .exit(status: $0) })
    #expect(result.processes.map(\.name) == ["tiny0", "tiny1", "tiny2"])
  }

  /// Two that wait for each other, by name.
  @Test func stuck() throws {
    var frames: [FramedTrap] = []
    for other: Int32 in [12, 11] {
      var frame = TrapFrame()
      frame.vector = UInt32(TrapVector.ipc)
      frame.ecx = IPCCall.receive.rawValue
      frame.eax =
        other == 12
        ? UInt32(bitPattern: Endpoint.any.rawValue)
        : UInt32(bitPattern: Endpoint(generation: 1, slot: ProcessSlot(rawValue: 11)).rawValue)
      frame.ebx = TinyProgram.data
      frames.append(FramedTrap(frame: frame))
    }
    let result = try run([[], []], frames) { configuration in
      for index in 0..<2 { configuration.programs[index].isSystem = true }
    }
    guard case .stuck(let waits) = result.end else {
      Issue.record("\(result.end)")
      return
    }
    #expect(waits.map(\.name) == ["tiny0", "tiny1"])
    #expect(
      waits.map(\.reason) == [
        "waits to receive from anyone", "waits to receive from tiny0 (36569)",
      ])
    #expect(result.processes.map(\.end) == [nil, nil])
    #expect(result.memory?.leakedPages == 0)
  }

  @Test func interruptedAtATick() throws {
    var polls = 0
    run.interruption = {
      polls += 1
      return polls == 2 ? 15 : nil
    }
    let result = try run(
      [[.exit(0)]], [.clock(1), .pageFault(TinyProgram.data + 0x1000, 6), .clock(1)])
    guard case .interrupted(15) = result.end else {
      Issue.record("\(result.end)")
      return
    }
    #expect(result.exits.total == 3)
  }

  @Test func timeout() throws {
    let result = try run([[]], [.clock(1)]) { $0.timeout = .zero }
    guard case .timeout = result.end else {
      Issue.record("\(result.end)")
      return
    }
  }

  @Test func theScriptsEndIsTheProcessors() throws {
    let result = try run([[]], [.clock(1)])
    guard case .processorFailed(.scriptEnded) = result.end else {
      Issue.record("\(result.end)")
      return
    }
    #expect(!result.lastEvents.isEmpty)
  }

  @Test func noProgress() throws {
    let fault = FramedTrap.pageFault(TinyProgram.data + 0x1000, 6)
    let result = try run([[]], Array(repeating: fault, count: 64))
    guard case .kernelFailed(.noProgress("tiny0", _, 64)) = result.end else {
      Issue.record("\(result.end)")
      return
    }
  }

  /// A guest in PM's place tells us of no ends: the run goes on until nobody can run.
  @Test func aGuestAsPM() throws {
    var frame = TrapFrame()
    frame.vector = UInt32(TrapVector.ipc)
    frame.ecx = IPCCall.receive.rawValue
    frame.eax = UInt32(bitPattern: Endpoint.any.rawValue)
    frame.ebx = TinyProgram.data
    // Its first RECEIVE brings INIT's WAIT.
    let result = try run(
      [[], [Message(type: 0), .write(1, 4, at: TinyProgram.data)]],
      [
        FramedTrap(frame: frame), FramedTrap(frame: frame), .sendrec(1, to: .vfs),
        .sendrec(1, to: .vm),
      ]
    ) { $0.programs[0].server = .pm }
    if case .finished = result.end { Issue.record("the run ended") }
    #expect(run.bytes.count == 4)
  }
}
