import { sendOnce } from "./parts/once";
import { photos } from "./parts/photos";

sendOnce();
photos();
