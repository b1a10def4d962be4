//! The prompt, spoken to through a pseudo-terminal.
#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::process::{Child, Command};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};

/// A terminal with the prompt in it.
struct Screen {
    keys: File,
    output: Receiver<Vec<u8>>,
    child: Child,
}

impl Screen {
    fn open(folder: &std::path::Path) -> Self {
        let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
        grantpt(&master).unwrap();
        unlockpt(&master).unwrap();
        let name = ptsname(&master, Vec::new()).unwrap().into_string().unwrap();
        let side = || OpenOptions::new().read(true).write(true).open(&name).unwrap();
        let child = Command::new(env!("CARGO_BIN_EXE_holor"))
            .env("HOLOR_DATA_DIR", folder)
            .env("TERM", "xterm-256color")
            .env_remove("NO_COLOR")
            .current_dir(folder)
            .stdin(side())
            .stdout(side())
            .stderr(side())
            .spawn()
            .unwrap();
        let keys = File::from(master);
        let (mut screen, mut answers) =
            (keys.try_clone().unwrap(), keys.try_clone().unwrap());
        let (sender, output) = channel();
        thread::spawn(move || {
            let mut buffer = [0; 65536];
            while let Ok(length @ 1..) = screen.read(&mut buffer) {
                let seen = String::from_utf8_lossy(&buffer[..length]);
                // The two questions that the prompt asks every terminal.
                for _ in seen.matches("\x1b[6n") {
                    answers.write_all(b"\x1b[1;1R").unwrap();
                }
                if seen.contains("\x1b[c") {
                    answers.write_all(b"\x1b[?62c").unwrap();
                }
                if sender.send(buffer[..length].to_vec()).is_err() {
                    return;
                }
            }
        });
        Self { keys, output, child }
    }

    fn press(&mut self, keys: &str) {
        self.keys.write_all(keys.as_bytes()).unwrap();
    }

    /// Waits for a text and returns everything up to it.
    fn expect(&mut self, text: &str) -> String {
        let end = Instant::now() + Duration::from_secs(30);
        let mut seen = Vec::new();
        loop {
            let so_far = String::from_utf8_lossy(&seen);
            if so_far.contains(text) {
                return so_far.into_owned();
            }
            match self.output.recv_timeout(end.saturating_duration_since(Instant::now()))
            {
                Ok(more) => seen.extend(more),
                Err(_) => panic!("no `{text}` in:\n{}", String::from_utf8_lossy(&seen)),
            }
        }
    }
}

#[test]
fn a_session_at_the_prompt() {
    let folder =
        std::env::temp_dir().join(format!("holor-prompt-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let mut screen = Screen::open(&folder);
    screen.expect("[1]");
    screen.press("a = 2\r");
    screen.expect("[2]");
    // An open bracket waits for the rest.
    screen.press("[a,\r");
    screen.press("a^3]\r");
    let seen = screen.expect("[2, 8]");
    assert!(seen.contains("[2]"));
    screen.expect("[3]");
    screen.press("\\alph\t");
    screen.expect("α");
    screen.press("\r");
    screen.expect("[4]");
    screen.press("omgea\r");
    assert!(screen.expect("[5]").contains("E0101"));
    screen.press("sleep(60)\r");
    thread::sleep(Duration::from_millis(300));
    let process = screen.child.id().to_string();
    assert!(Command::new("kill").args(["-INT", &process]).status().unwrap().success());
    let began = Instant::now();
    assert!(screen.expect("[6]").contains("E0701"));
    assert!(began.elapsed() < Duration::from_secs(5));
    screen.press("a + 40\r");
    screen.expect("42");
    screen.expect("[7]");
    screen.press("\x04");
    assert!(screen.child.wait().unwrap().success());
    let history = std::fs::read_to_string(folder.join("prompt-history.txt")).unwrap();
    assert!(history.contains("a + 40"), "{history}");
    std::fs::remove_dir_all(folder).unwrap();
}
