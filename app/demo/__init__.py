"""The demonstration: a real mailbox and a mail catcher on loopback, and sample mails that arrive while one watches."""

from app.demo.running import RunningDemo, start_demo

__all__ = ["RunningDemo", "start_demo"]
