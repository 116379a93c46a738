import MinixABI
import Testing

/// Endpoint arithmetic as MINIX does it, with C's truncating division.
@Suite struct EndpointTests {
  @Test(
    arguments: [
      // endpoint, generation, slot
      (36569, 1, 11), (0, 0, 0), (10, 0, 10), (-4, 0, -4), (-1, 0, -1), (36554, 1, -4),
      (36558, 1, 0), (73116, 2, 0), (255, 0, 255), (36813, 1, 255), (27342, 0, 27342),
      (31438, 0, 31438), (35534, 0, 35534), (35535, 1, -1023), (-1023, 0, -1023),
      (2_147_380_469, 58739, 107),
    ] as [(Int32, Int32, Int32)])
  func splitsIntoGenerationAndSlot(endpoint: Int32, generation: Int32, slot: Int32) {
    let value = Endpoint(rawValue: endpoint)
    #expect(value.generation == generation)
    #expect(value.slot.rawValue == slot)
    #expect(Endpoint(generation: generation, slot: ProcessSlot(rawValue: slot)) == value)
  }

  @Test func everySlotAndGenerationComesBack() {
    for generation in [0, 1, 2, 3, 100, 58738, 58739] as [Int32] {
      for slot in -4...4096 as ClosedRange<Int32> {
        let endpoint = Endpoint(generation: generation, slot: ProcessSlot(rawValue: slot))
        #expect(endpoint.slot.rawValue == slot && endpoint.generation == generation)
      }
    }
  }

  @Test(arguments: [.min, .max, Int32.max - 1022, -1024, -36558] as [Int32])
  func noRawValueTraps(_ raw: Int32) {
    let endpoint = Endpoint(rawValue: raw)
    #expect(abs(endpoint.slot.rawValue) < 2 * Endpoint.generationSize)
    #expect(abs(endpoint.generation) <= Endpoint.maxGeneration + 1)
  }

  @Test func constants() {
    #expect(Endpoint.generationSize == 0x8ECE)
    #expect(Endpoint.maxGeneration == 58740)
    #expect(Endpoint.maxTasks == 1023)
    #expect(Endpoint.taskCount == 4)
    #expect(Endpoint.none.rawValue == 0x6ACE)
    #expect(Endpoint.any.rawValue == 0x7ACE)
    #expect(Endpoint.itself.rawValue == 0x8ACE)
  }

  @Test(
    arguments: [
      (.idle, -4, "IDLE"), (.clock, -3, "CLOCK"), (.system, -2, "SYSTEM"), (.kernel, -1, "KERNEL"),
      (.pm, 0, "PM"), (.vfs, 1, "VFS"), (.rs, 2, "RS"), (.memory, 3, "MEM"), (.log, 4, "LOG"),
      (.tty, 5, "TTY"), (.ds, 6, "DS"), (.mfs, 7, "MFS"), (.vm, 8, "VM"), (.pfs, 9, "PFS"),
      (.initProcess, 10, "INIT"), (.none, 27342, "NONE"), (.any, 31438, "ANY"),
      (.itself, 35534, "SELF"), (Endpoint(rawValue: 36569), 36569, "36569"),
    ] as [(Endpoint, Int32, String)])
  func bootProcesses(endpoint: Endpoint, number: Int32, name: String) {
    #expect(endpoint.rawValue == number)
    #expect("\(endpoint)" == name)
  }

  @Test func kernelTasksHaveNegativeNumbers() {
    #expect(ProcessSlot(rawValue: -1).isKernelTask)
    #expect(!ProcessSlot(rawValue: 0).isKernelTask)
    #expect(ProcessSlot(rawValue: -4) < ProcessSlot(rawValue: 0))
  }
}
