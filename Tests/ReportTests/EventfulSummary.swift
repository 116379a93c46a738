extension Samples {
  /// The summary of ``eventful``, character by character: programs read it.
  static let eventfulSummary = """
    {
      "confinement" : {
        "capabilities" : {
          "ambient" : [

          ],
          "bounding" : [

          ],
          "effective" : [

          ],
          "inheritable" : [

          ],
          "permitted" : [

          ]
        },
        "gid" : 1000,
        "groups" : [
          27,
          1000
        ],
        "noNewPrivileges" : true,
        "uid" : 1000,
        "user" : "ada"
      },
      "delivery" : "message",
      "end" : {
        "reason" : "finished"
      },
      "engine" : "kvm_amd npt=1 (lab)",
      "exitCode" : 139,
      "exits" : {
        "byCause" : {
          "editFlush" : 0,
          "exception" : 0,
          "ipc" : 23,
          "kernelCall" : 0,
          "other" : 0,
          "pageFault" : 10011,
          "preemption" : 0,
          "timerKick" : 1
        },
        "total" : 10035
      },
      "faultLatency" : {
        "count" : 10010,
        "max" : 501760,
        "p50" : 2008,
        "p95" : 4017,
        "p99" : 10055
      },
      "kernelCallErrors" : {
        "(no such call)=EBADREQUEST" : 1,
        "SYS_VMCTL/9=EINVAL" : 1,
        "SYS_VMCTL/VMCTL_MEMREQ_GET=ESRCH" : 1,
        "SYS_VMCTL=EINVAL" : 3
      },
      "kernelCalls" : {
        "(no such call)" : 1,
        "SYS_CLEAR" : 1,
        "SYS_VMCTL" : 3,
        "SYS_VMCTL/9" : 1,
        "SYS_VMCTL/VMCTL_CLEAR_PAGEFAULT" : 10010,
        "SYS_VMCTL/VMCTL_MEMREQ_GET" : 1
      },
      "memory" : {
        "hostBytesPeak" : 12345678,
        "leakedPages" : 0,
        "pageTablePages" : 1,
        "physicalPagesPeak" : 10050
      },
      "memoryBytes" : 268435456,
      "messages" : {
        "(other)" : 1,
        "0x611" : 1,
        "EXIT" : 1,
        "SCHEDULING_NO_QUANTUM" : 1,
        "VM_EXIT" : 1,
        "VM_MMAP" : 1,
        "VM_PAGEFAULT" : 10011,
        "WRITE" : 2,
        "reply" : 3
      },
      "notifications" : {
        "(other)" : 1,
        "11" : 1,
        "SYSTEM" : 1
      },
      "policy" : "exact",
      "processes" : [
        {
          "descendants" : {
            "count" : 2,
            "exceptions" : 1,
            "faults" : {
              "copyOnWrite" : 12,
              "outOfMemory" : 0,
              "protection" : 0,
              "segv" : 0,
              "total" : 42,
              "zeroFill" : 30
            },
            "kernelCalls" : 0,
            "messages" : 44,
            "userTicks" : 7
          },
          "endpoint" : 36569,
          "exceptions" : 0,
          "exit" : {
            "status" : 0
          },
          "faults" : {
            "copyOnWrite" : 0,
            "outOfMemory" : 0,
            "protection" : 0,
            "segv" : 0,
            "total" : 10010,
            "zeroFill" : 10010
          },
          "kernelCalls" : 0,
          "messages" : 10023,
          "name" : "touch",
          "userTicks" : 12
        },
        {
          "descendants" : {
            "count" : 0,
            "exceptions" : 0,
            "faults" : {
              "copyOnWrite" : 0,
              "outOfMemory" : 0,
              "protection" : 0,
              "segv" : 0,
              "total" : 0,
              "zeroFill" : 0
            },
            "kernelCalls" : 0,
            "messages" : 0,
            "userTicks" : 0
          },
          "endpoint" : 36570,
          "exceptions" : 0,
          "exit" : {
            "cr2" : 134516736,
            "eip" : 134512931,
            "errorCode" : 7,
            "signal" : 11,
            "signalName" : "SIGSEGV",
            "source" : "accesses.S:12",
            "symbol" : "segv_write_instruction",
            "vector" : 14
          },
          "faults" : {
            "copyOnWrite" : 0,
            "outOfMemory" : 0,
            "protection" : 0,
            "segv" : 1,
            "total" : 1,
            "zeroFill" : 0
          },
          "kernelCalls" : 0,
          "messages" : 1,
          "name" : "segv",
          "userTicks" : 0
        }
      ],
      "signals" : {
        "SIGSEGV" : 1
      },
      "time" : {
        "wallSeconds" : 1.2345
      },
      "version" : 1
    }
    """
}
